"""What CodeBuild does for a pipeline, in order: each step stops the build, and with it the deployment."""

import json
from typing import Any, Final

from settings.tables.pipelines import ImagePipelineTable

#: Scanners, pinned: another version is another verdict.
SNYK: Final = "snyk@1.1307.4"  # of npm
TRIVY: Final = "public.ecr.aws/aquasecurity/trivy:0.69.3"
FILES: Final = "imagedefinitions-{}.json"  #: what a deploy action reads: which image a container runs
#: Both end with 1 where they find something critical, or cannot look.
SCANS: Final = (
    f'npx --yes {SNYK} container test "$IMAGE" --file="$FOLDER/Dockerfile" --severity-threshold=critical',
    f"docker run --rm --volume /var/run/docker.sock:/var/run/docker.sock {TRIVY} image --no-progress"
    ' --severity CRITICAL --exit-code 1 "$IMAGE"',
)
BUILDS: Final = (
    'export IMAGE="$REPOSITORY:$CODEBUILD_RESOLVED_SOURCE_VERSION"',
    'docker build --tag "$IMAGE" "$FOLDER"',
)
PUSHES: Final = (
    'docker login --username AWS --password-stdin "${REPOSITORY%%/*}" <<< "$(aws ecr get-login-password)"',
    'docker push "$IMAGE"',
    "for container in $CONTAINERS; do"
    ' printf \'[{"name":"%s","imageUri":"%s"}]\' "$container" "$IMAGE" > "imagedefinitions-$container.json"; done',
)


def buildspec(table: ImagePipelineTable) -> str:
    """The build specification of a pipeline; JSON is YAML too.

    ABORT: without it CodeBuild goes on to the next phase after a command of `build` failed ("Build specification
    reference for CodeBuild", phases/*/on-failure).
    """
    phases: dict[str, Any] = {
        "pre_build": {"on-failure": "ABORT", "commands": list(table.unit)},
        "build": {"on-failure": "ABORT", "commands": [*BUILDS, *table.integration, *SCANS, *PUSHES]},
    }
    wanted = {
        "version": 0.2,
        "env": {"shell": "bash"},
        "phases": phases,
        "artifacts": {"files": [FILES.format("*")]},
    }
    return json.dumps(wanted, indent=1)
