"""Requests in, answers out: JSON lines, one request at a time."""
import json
import time
import traceback

PROGRESS_INTERVAL_SECONDS = 0.2


class WorkerError(Exception):
    """A failure the person can act on: a stable code, one sentence with the remedy, and plain data."""

    def __init__(self, code, message, **data):
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


class Channel:
    """The two ends of the conversation. Progress is thinned out, so that a method may report as often as it likes."""

    def __init__(self, requests, answers):
        self._requests = requests
        self._answers = answers
        self._last_progress = 0.0

    def requests(self):
        """Every request until stdin ends. Not `for line in stdin`, which reads ahead in blocks."""
        while line := self._requests.readline():
            if line.strip():
                yield line

    def send(self, message):
        self._answers.write(json.dumps(message, allow_nan=False, separators=(",", ":")).encode() + b"\n")

    def progress(self, request_id, fraction, note):
        now = time.monotonic()
        if now - self._last_progress < PROGRESS_INTERVAL_SECONDS:
            return
        self._last_progress = now
        self.send({"id": request_id, "progress": {"fraction": min(1.0, max(0.0, fraction)), "note": note}})


def serve(channel, ready, methods):
    """Answers requests until stdin ends. A failed request never ends the process."""
    channel.send({"ready": ready})
    for line in channel.requests():
        request_id = None
        try:
            request = json.loads(line)
            request_id = request["id"]
            method = methods.get(request["method"])
            if method is None:
                raise WorkerError("UNKNOWN_METHOD", f"The worker has no method {request['method']!r}; it has "
                                  f"{', '.join(sorted(methods))}.")
            result = method(request.get("params", {}), lambda fraction, note: channel.progress(request_id, fraction, note))
            channel.send({"id": request_id, "result": result})
        except WorkerError as error:
            channel.send(failure(request_id, error.code, error.message, error.data))
        except (KeyError, ValueError, TypeError) as error:
            channel.send(failure(request_id, "BAD_REQUEST", f"The request could not be carried out: "
                                 f"{type(error).__name__} {error}.", {"trace": traceback.format_exc(limit=-4)}))
        except Exception as error:  # noqa: BLE001 - whatever Blender throws must become an answer
            channel.send(failure(request_id, "BLENDER_FAILED", f"Blender failed: {str(error).strip()}",
                                 {"trace": traceback.format_exc(limit=-4)}))


def failure(request_id, code, message, data):
    return {"id": request_id, "error": {"code": code, "message": message, "data": data}}
