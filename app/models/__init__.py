"""What the database holds, and what clients send and get.

What belongs here: a table or a column, with its migration. Importing this package makes every table known to
`Base.metadata`.
"""

from app.models.base import Base
from app.models.item import Item

__all__ = ["Base", "Item"]
