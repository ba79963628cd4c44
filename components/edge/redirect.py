"""What CloudFront runs for a site that only sends requests on: a function in JavaScript (cloudfront-js-2.0)."""

from typing import Final

_HOST: Final = "www.example.com"  #: stands in the code for the host
#: Path and query stay as they are.
_CODE: Final = """\
const HOST = 'www.example.com';

function handler(event) {
    const request = event.request;
    if (request.headers.host && request.headers.host.value === HOST) {
        return request; // it has arrived: no loop
    }
    const query = request.rawQueryString(); // undefined where there is no question mark
    return {
        statusCode: 301,
        statusDescription: 'Moved Permanently',
        headers: {
            location: { value: 'https://' + HOST + request.uri + (query === undefined ? '' : '?' + query) },
            'cache-control': { value: 'max-age=3600' }, // a browser would keep it for ever
        },
    };
}
"""


def redirect_code(host: str) -> str:
    """The function that sends every request on to a host."""
    return _CODE.replace(_HOST, host)
