"""What an application with Logfire's SDK does: nested spans with attributes, an exception, a metric."""

import logfire

logfire.configure(service_name="path-test", service_version="1.2.3", inspect_arguments=False)
exports = logfire.metric_counter("path.exports", unit="1", description="Exports through the edge")

with logfire.span("outer {who}", who="ünïcödé", count=3, _tags=["path"]):
    with logfire.span("middle", nested={"list": [1, 2, {"deep": True}]}):
        logfire.info("inner {size}", size=2**40)
    try:
        with logfire.span("failing"):
            raise ValueError("on purpose")
    except ValueError:
        pass
    exports.add(7, {"region": "here"})

# Whether everything was taken; the exit code says so.
raise SystemExit(0 if logfire.force_flush(20_000) and logfire.shutdown(20_000) is not False else 1)
