"""How figures are written on pages."""

from django import template

from stats.numerals import grouped, percent, quarter

register = template.Library()
register.filter(grouped)
register.filter(percent)
register.filter(quarter)
