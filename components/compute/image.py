"""An image that this program builds and pushes itself."""

from dataclasses import dataclass
from typing import Final

import pulumi

from components.component import Args, Component

#: What Docker calls the processors that a stack file names.
PLATFORMS: Final = {"arm64": "linux/arm64", "x86-64": "linux/amd64"}


@dataclass(frozen=True, kw_only=True)
class ImageArgs(Args):
    """What is built, and where it is pushed."""

    folder: str  #: with a Dockerfile
    architecture: str  #: of the processors that it runs on: arm64 or x86-64
    repository_url: pulumi.Input[str]


class Image(Component):
    """A service's image, built by `pulumi up` where the stack file says `image: {build: folder}`; that needs Docker.

    Creates the image in its repository.
    """

    uri: pulumi.Output[str]  #: with its digest

    def __init__(self, name: str, args: ImageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        import pulumi_awsx as awsx  # seconds of import that only this component is worth

        image = awsx.ecr.Image(
            self.child("image"),
            repository_url=args.repository_url,
            context=args.folder,
            platform=PLATFORMS[args.architecture],
            opts=self.owned(),
        )
        self.uri = image.image_uri
        self.register_outputs({"uri": self.uri})
