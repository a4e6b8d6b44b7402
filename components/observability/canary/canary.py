"""Asks for the site as a person would and publishes whether it answered as it should.

config.json beside this file says what to ask:
    stack    the dimension of the metric
    site     URL of the front page: 200, HTML
    health   URL of the health path: 200, and not the front page, which CloudFront answers for paths that nobody serves
    seconds  that one request may take, headers and body

A site that is down is a metric of 0, not an error of the function. The metric is a line of the log in the embedded format:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import concurrent.futures
import json
import pathlib
import time
import urllib.error
import urllib.request

NAMESPACE = "Carebase/Canary"
MAX_BYTES = 1 << 20
CONFIG = json.loads((pathlib.Path(__file__).parent / "config.json").read_text())


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Makes an error of a redirect: the canary asks for addresses that answer themselves."""

    def redirect_request(self, *_):
        return None


OPENER = urllib.request.build_opener(NoRedirect)


def get(url, seconds):
    """Returns status, content type and body. A request that takes longer than that many seconds fails."""
    deadline = time.monotonic() + seconds
    request = urllib.request.Request(url, headers={"User-Agent": "carebase-canary", "Cache-Control": "no-cache"})
    try:
        response = OPENER.open(request, timeout=seconds)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        body = b""
        while len(body) <= MAX_BYTES:
            if time.monotonic() > deadline:
                raise TimeoutError(f"took longer than {seconds} s")
            part = response.read1(65536)
            if not part:
                break
            body += part
        return response.status, response.headers.get_content_type(), body


def is_html(content_type, body):
    return content_type == "text/html" or body.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html"))


def site_problem(answer):
    status, content_type, body = answer
    if status != 200:
        return f"status {status}"
    if not is_html(content_type, body):
        return f"not HTML but {content_type}"
    if b"<body" not in body.lower() and b"<script" not in body.lower():
        return "a page without content"
    return None


def health_problem(answer):
    status, content_type, body = answer
    if status != 200:
        return f"status {status}"
    if is_html(content_type, body):
        return "HTML: the front end answers, not the service"
    return None


def check(url, problem, seconds):
    """Returns what is wrong with the answer, or None."""
    try:
        return problem(get(url, seconds))
    except Exception as error:  # whatever it is, nobody got an answer
        return f"{type(error).__name__}: {error}"


def handler(_event, _context):
    checks = {"site": site_problem, "health": health_problem}
    with concurrent.futures.ThreadPoolExecutor(len(checks)) as pool:
        running = {name: pool.submit(check, CONFIG[name], problem, CONFIG["seconds"]) for name, problem in checks.items()}
        problems = {name: future.result() for name, future in running.items()}
    problems = {name: problem for name, problem in problems.items() if problem}
    print(json.dumps({
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [{
                "Namespace": NAMESPACE,
                "Dimensions": [["Stack"]],
                "Metrics": [{"Name": "Up", "Unit": "Count"}],
            }],
        },
        "Stack": CONFIG["stack"],
        "Up": 0 if problems else 1,
        "problems": problems,
    }))
    return {"up": not problems, "problems": problems}
