"""An item: the table, what a client may send, and what it gets."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import BigInteger, Identity, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Item(Base):
    """A row of the table `items`."""

    __tablename__ = "items"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(Text)
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))


class ItemIn(BaseModel):
    """What a client sends. PostgreSQL's text cannot hold the character NUL, so it is refused here."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")
    ]
    description: Annotated[str, StringConstraints(max_length=1000, pattern=r"^[^\x00]*$")] = ""
    price: Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)]


class ItemOut(BaseModel):
    """What a client gets: whatever the table holds. A row may be older than a limit, or come from elsewhere."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    description: str
    price: Decimal
    created_at: datetime
    updated_at: datetime
