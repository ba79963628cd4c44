"""What is known of AWS before anything is created: the account, the region, and so the ARN of whatever has a name."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Facts:
    """One account and region."""

    account: str
    region: str

    @property
    def root(self) -> str:
        """The account itself, as a principal."""
        return f"arn:aws:iam::{self.account}:root"

    def role(self, name: str) -> str:
        """ARN of an IAM role."""
        return f"arn:aws:iam::{self.account}:role/{name}"

    def log_group(self, name: str) -> str:
        """ARN of a CloudWatch log group."""
        return f"arn:aws:logs:{self.region}:{self.account}:log-group:{name}"

    def repository(self, name: str) -> str:
        """ARN of a repository in ECR."""
        return f"arn:aws:ecr:{self.region}:{self.account}:repository/{name}"

    def load_balancer(self, name: str) -> str:
        """ARN of a load balancer, by its name and what AWS adds to it."""
        return f"arn:aws:elasticloadbalancing:{self.region}:{self.account}:loadbalancer/{name}"

    @staticmethod
    def bucket(name: str) -> str:
        """ARN of a bucket."""
        return f"arn:aws:s3:::{name}"
