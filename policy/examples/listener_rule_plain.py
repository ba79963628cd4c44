"""Examples of the rule listener-rule-plain."""

import pulumi_aws as aws


def fails() -> None:
    listener = aws.lb.Listener(
        "web",
        load_balancer_arn="arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/web/1",
        port=80,
        protocol="HTTP",
        default_actions=[
            {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"}}
        ],
    )
    aws.lb.ListenerRule(
        "old",
        listener_arn=listener.arn,
        actions=[{"type": "fixed-response", "fixed_response": {"content_type": "text/plain", "status_code": "200"}}],
        conditions=[{"path_pattern": {"values": ["/old/*"]}}],
    )


def passes() -> None:
    listener = aws.lb.Listener(
        "web",
        load_balancer_arn="arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/web/1",
        port=80,
        protocol="HTTP",
        default_actions=[
            {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"}}
        ],
    )
    aws.lb.ListenerRule(
        "old",
        listener_arn=listener.arn,
        actions=[{"type": "redirect", "redirect": {"protocol": "HTTPS", "path": "/new", "status_code": "HTTP_301"}}],
        conditions=[{"path_pattern": {"values": ["/old/*"]}}],
    )
