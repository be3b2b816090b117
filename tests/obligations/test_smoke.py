import pytest
from bihuan.ledger.models import Event
@pytest.mark.django_db
def test_x():
    assert Event.objects.count()==0
@pytest.mark.django_db(transaction=True)
def test_y():
    assert Event.objects.count()==0
