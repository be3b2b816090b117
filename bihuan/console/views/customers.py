"""PLACEHOLDER of the coordinator, so that addresses resolve: its author replaces this file."""

from django.http import HttpResponse

def search(request, *args, **kwargs):
    return HttpResponse('search')


def customers(request, *args, **kwargs):
    return HttpResponse('customers')


def archive(request, *args, **kwargs):
    return HttpResponse('archive')


def edit(request, *args, **kwargs):
    return HttpResponse('edit')


def reveal(request, *args, **kwargs):
    return HttpResponse('reveal')
