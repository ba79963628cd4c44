"""Items: create, read, list, replace and delete. One item is read through the cache."""

import logging
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query, Response
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Item
from app.models.item import ItemIn, ItemOut
from app.services.cache import CacheNeeded
from app.services.database import DatabaseNeeded

HIGHEST = 2**63 - 1  #: what the column's type holds

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/items", tags=["items"])

Id = Annotated[int, Path(ge=1, le=HIGHEST)]


def cache_key(item_id: int) -> str:
    """Where an item is cached. The number is the form's: raise it with ItemOut, old and new tasks share the cache."""
    return f"item:1:{item_id}"


@router.post("", status_code=201)
async def create(item: ItemIn, response: Response, database: DatabaseNeeded) -> ItemOut:
    """Keep a new item."""
    async with database.transaction() as session:
        row = Item(**item.model_dump())
        session.add(row)
        await _stored(session, row)
    response.headers["Location"] = f"{router.prefix}/{row.id}"
    return ItemOut.model_validate(row)


@router.get("")
async def browse(
    database: DatabaseNeeded,
    after: Annotated[int, Query(ge=0, le=HIGHEST)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> list[ItemOut]:
    """Items by id; the next page begins after the last id of this one."""
    async with database.transaction() as session:
        rows = await session.scalars(select(Item).where(Item.id > after).order_by(Item.id).limit(limit))
        return [ItemOut.model_validate(row) for row in rows]


@router.get("/{item_id}")
async def read(item_id: Id, database: DatabaseNeeded, cache: CacheNeeded) -> ItemOut:
    """An item, cache-aside: from the cache, or from the database and then kept in the cache."""
    if found := _readable(await cache.get(cache_key(item_id)), item_id):
        return found
    async with database.transaction() as session:
        item = ItemOut.model_validate(await _row(session, item_id))
    await cache.put(cache_key(item_id), item.model_dump_json())
    return item


@router.put("/{item_id}")
async def replace(item_id: Id, item: ItemIn, database: DatabaseNeeded, cache: CacheNeeded) -> ItemOut:
    """Give an item new content."""
    async with database.transaction() as session:
        row = await _row(session, item_id)
        for field, value in item.model_dump().items():
            setattr(row, field, value)
        await _stored(session, row)
    await cache.forget(cache_key(item_id))
    return ItemOut.model_validate(row)


@router.delete("/{item_id}", status_code=204)
async def delete(item_id: Id, database: DatabaseNeeded, cache: CacheNeeded) -> None:
    """Keep an item no longer."""
    async with database.transaction() as session:
        await session.delete(await _row(session, item_id))
    await cache.forget(cache_key(item_id))


def _readable(cached: str | None, item_id: int) -> ItemOut | None:
    """The item that is cached. What cannot be read is a miss, and is written over."""
    if cached is None:
        return None
    try:
        found = ItemOut.model_validate_json(cached)
    except ValidationError as error:
        logger.warning("The cache holds no item under %s: %s errors", cache_key(item_id), error.error_count())
        return None
    return found if found.id == item_id else None


async def _row(session: AsyncSession, item_id: int) -> Item:
    row = await session.get(Item, item_id)
    if row is None:
        raise HTTPException(404, "There is no such item.")
    return row


async def _stored(session: AsyncSession, row: Item) -> None:
    """Make the row what the database holds: a price with its two places, the times."""
    await session.flush()
    await session.refresh(row)
