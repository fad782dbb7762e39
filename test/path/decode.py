"""Reads OTLP messages as JSON lines of {path, body (base64)} and writes them decoded, as the protocol's JSON."""

import base64
import json
import sys

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

MESSAGES = {"trace": ExportTraceServiceRequest, "metrics": ExportMetricsServiceRequest, "logs": ExportLogsServiceRequest}

for line in sys.stdin:
    export = json.loads(line)
    kind = next(name for name in MESSAGES if name in export["path"])
    message = MESSAGES[kind].FromString(base64.b64decode(export["body"]))
    print(json.dumps({"kind": kind, "message": MessageToDict(message)}))
