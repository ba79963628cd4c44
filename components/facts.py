"""What is known of AWS before anything is created: the account, the region, and so the ARN of whatever has a name."""

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True, kw_only=True)
class Facts:
    """One account and region."""

    account: str
    region: str

    def at(self, region: str) -> Self:
        """The same account in another region."""
        return replace(self, region=region)

    @property
    def root(self) -> str:
        """The account itself, as a principal."""
        return f"arn:aws:iam::{self.account}:root"

    def role(self, name: str) -> str:
        """ARN of an IAM role."""
        return f"arn:aws:iam::{self.account}:role/{name}"

    def policy(self, name: str) -> str:
        """ARN of an IAM policy."""
        return f"arn:aws:iam::{self.account}:policy/{name}"

    def key(self, id_: str) -> str:
        """ARN of a KMS key."""
        return f"arn:aws:kms:{self.region}:{self.account}:key/{id_}"

    def identity_provider(self, host: str) -> str:
        """ARN of an identity provider for OpenID Connect."""
        return f"arn:aws:iam::{self.account}:oidc-provider/{host}"

    def task_family(self, name: str) -> str:
        """ARN of every revision of a task definition."""
        return f"arn:aws:ecs:{self.region}:{self.account}:task-definition/{name}:*"

    def database_cluster(self, name: str) -> str:
        """ARN of a database cluster."""
        return f"arn:aws:rds:{self.region}:{self.account}:cluster:{name}"

    def security_group(self, id_: str) -> str:
        """ARN of a security group."""
        return f"arn:aws:ec2:{self.region}:{self.account}:security-group/{id_}"

    def secret(self, name: str) -> str:
        """ARN of a secret, by its name and what AWS adds to it."""
        return f"arn:aws:secretsmanager:{self.region}:{self.account}:secret:{name}"

    def parameter(self, name: str) -> str:
        """ARN of a parameter, whose name begins with a slash."""
        return f"arn:aws:ssm:{self.region}:{self.account}:parameter{name}"

    def log_group(self, name: str) -> str:
        """ARN of a CloudWatch log group."""
        return f"arn:aws:logs:{self.region}:{self.account}:log-group:{name}"

    @property
    def guardduty_agent(self) -> str:
        """ARN of the repository of GuardDuty's agent for Fargate, which lies in another account in each region."""
        return f"arn:aws:ecr:{self.region}:*:repository/aws-guardduty-agent-fargate"

    def image(self, repository: str, tag: str) -> str:
        """Where an image of this account and region lies."""
        return f"{self.account}.dkr.ecr.{self.region}.amazonaws.com/{repository}:{tag}"

    def repository(self, name: str) -> str:
        """ARN of a repository in ECR."""
        return f"arn:aws:ecr:{self.region}:{self.account}:repository/{name}"

    def load_balancer(self, name: str) -> str:
        """ARN of a load balancer, by its name and what AWS adds to it."""
        return f"arn:aws:elasticloadbalancing:{self.region}:{self.account}:loadbalancer/{name}"

    def topic(self, name: str) -> str:
        """ARN of an SNS topic."""
        return f"arn:aws:sns:{self.region}:{self.account}:{name}"

    def alarm(self, name: str) -> str:
        """ARN of a CloudWatch alarm."""
        return f"arn:aws:cloudwatch:{self.region}:{self.account}:alarm:{name}"

    def trail(self, name: str) -> str:
        """ARN of a CloudTrail trail."""
        return f"arn:aws:cloudtrail:{self.region}:{self.account}:trail/{name}"

    def database(self, name: str) -> str:
        """ARN of a database on RDS."""
        return f"arn:aws:rds:{self.region}:{self.account}:db:{name}"

    def cache(self, name: str) -> str:
        """ARN of a replication group on ElastiCache."""
        return f"arn:aws:elasticache:{self.region}:{self.account}:replicationgroup:{name}"

    def cache_user(self, name: str) -> str:
        """ARN of a user of caches."""
        return f"arn:aws:elasticache:{self.region}:{self.account}:user:{name}"

    def table(self, name: str) -> str:
        """ARN of a DynamoDB table."""
        return f"arn:aws:dynamodb:{self.region}:{self.account}:table/{name}"

    @property
    def database_users(self) -> str:
        """What the ARN of a user of a database begins with, before AWS's id of the instance and the user's name."""
        return f"arn:aws:rds-db:{self.region}:{self.account}:dbuser:"

    def service(self, cluster: str, name: str) -> str:
        """ARN of a service on ECS."""
        return f"arn:aws:ecs:{self.region}:{self.account}:service/{cluster}/{name}"

    def build_project(self, name: str) -> str:
        """ARN of a project on CodeBuild."""
        return f"arn:aws:codebuild:{self.region}:{self.account}:project/{name}"

    def target_group(self, name: str) -> str:
        """ARN of a target group, whose last part AWS chooses."""
        return f"arn:aws:elasticloadbalancing:{self.region}:{self.account}:targetgroup/{name}/*"

    def listener_rules(self, balancer: str) -> str:
        """ARN of every rule of a load balancer's listeners."""
        return f"arn:aws:elasticloadbalancing:{self.region}:{self.account}:listener-rule/app/{balancer}/*"

    @property
    def scalable_targets(self) -> str:
        """ARN of everything that scales: Application Auto Scaling asks for permission on no single one."""
        return f"arn:aws:application-autoscaling:{self.region}:{self.account}:scalable-target/*"

    def function(self, name: str) -> str:
        """ARN of a function on Lambda."""
        return f"arn:aws:lambda:{self.region}:{self.account}:function:{name}"

    @property
    def hub(self) -> str:
        """ARN of Security Hub."""
        return f"arn:aws:securityhub:{self.region}:{self.account}:hub/default"

    def network_part(self, kind: str) -> str:
        """ARN of every part of a kind that the account's networks have: vpc, security-group, network-interface."""
        return f"arn:aws:ec2:{self.region}:{self.account}:{kind}/*"

    def cluster(self, name: str) -> str:
        """ARN of a cluster on ECS, whose name may end in *."""
        return f"arn:aws:ecs:{self.region}:{self.account}:cluster/{name}"

    def tasks(self, cluster: str) -> str:
        """ARN of every task in a cluster, whose name may end in *."""
        return f"arn:aws:ecs:{self.region}:{self.account}:task/{cluster}/*"

    def queue(self, name: str) -> str:
        """ARN of an SQS queue."""
        return f"arn:aws:sqs:{self.region}:{self.account}:{name}"

    @property
    def event_bus(self) -> str:
        """ARN of the account's own event bus on EventBridge."""
        return f"arn:aws:events:{self.region}:{self.account}:event-bus/default"

    def delivery_stream(self, name: str) -> str:
        """ARN of a stream on Firehose."""
        return f"arn:aws:firehose:{self.region}:{self.account}:deliverystream/{name}"

    @property
    def log_deliveries(self) -> str:
        """ARN of every source of logs that AWS delivers."""
        return f"arn:aws:logs:{self.region}:{self.account}:delivery-source:*"

    @property
    def zones(self) -> str:
        """ARN of every public zone on Route 53, which tells neither region nor account."""
        return "arn:aws:route53:::hostedzone/*"

    @property
    def network_interfaces(self) -> str:
        """ARN of every network interface, with the subnets and security groups that one is made in."""
        return f"arn:aws:ec2:{self.region}:{self.account}:*/*"

    @staticmethod
    def bucket(name: str) -> str:
        """ARN of a bucket."""
        return f"arn:aws:s3:::{name}"
