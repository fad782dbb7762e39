"""OpenTelemetry's own exporter by gRPC, from Python: one trace to the endpoint that the environment names."""

from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExportResult


class Checked(OTLPSpanExporter):
    failed = 0

    def export(self, spans):
        result = super().export(spans)
        Checked.failed += result is not SpanExportResult.SUCCESS
        return result


provider = TracerProvider(resource=Resource.create({"service.name": "grpc-path-test"}))
provider.add_span_processor(SimpleSpanProcessor(Checked()))
tracer = provider.get_tracer("path")
with tracer.start_as_current_span("parent", attributes={"answer": 42}):
    with tracer.start_as_current_span("child"):
        pass
provider.shutdown()
raise SystemExit(Checked.failed)
