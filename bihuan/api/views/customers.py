"""Customers and sites: what other calls name by id or code."""

from ninja import Query, Router

from bihuan.api import asked, shapes, told
from bihuan.api.failures import READ
from bihuan.api.http import Answer, ApiRequest, sites_for, strict
from bihuan.api.listing import sites_page
from bihuan.customers.queries import find

router = Router(tags=["Customers and sites"])
KINDS = ("party", "home")


@router.get(
    "/customers", operation_id="find_customers", summary="Find customers", response={200: told.Customers} | READ
)
@strict
def find_customers(request: ApiRequest, filters: Query[asked.CustomerFilters]) -> Answer:
    """Parties and homes that the text may mean, at all the token's sites, at most twenty. Telephones are masked."""
    actor = request.auth.actor
    sites_for(actor, "customer.view", None)
    found = [one for one in find(actor, filters.q) if one.kind in KINDS]
    return Answer(told.Customers(items=[shapes.customer(one) for one in found], next=None))


@router.get("/sites", operation_id="list_sites", summary="List sites", response={200: told.Sites} | READ)
@strict
def list_sites(request: ApiRequest, filters: Query[asked.SiteFilters]) -> Answer:
    """The sites at which the token acts, by code, fifty to a page."""
    actor = request.auth.actor
    page = sites_page(actor.sites, filters.after or "")
    items = [shapes.site(row, actor.posts[row.code]) for row in page.rows]
    return Answer(told.Sites(items=items, next=page.next or None))
