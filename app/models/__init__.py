"""What the database holds. Importing this package makes every table known to `Base.metadata`."""

from app.models.base import Base
from app.models.item import Item

__all__ = ["Base", "Item"]
