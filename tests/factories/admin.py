"""What tests of the admin share: forms filled in as a page shows them."""

from html.parser import HTMLParser


class _Fields(HTMLParser):
    """The fields of the record's form on a page of the admin, with their values."""

    def __init__(self):
        super().__init__()
        self.data, self._select, self._text, self._inside = {}, None, None, False
        self._takes_several = False

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self._inside = (given.get("id") or "").endswith("_form")
        if not self._inside:
            return
        name = given.get("name")
        if tag == "input" and name and given.get("type") not in {"submit", "checkbox"}:
            self.data[name] = given.get("value") or ""
        elif tag == "input" and name and given.get("type") == "checkbox" and "checked" in given:
            self.data.setdefault(name, []).append(given.get("value", "on"))
        elif tag == "select":
            self._select, self._takes_several = name, "multiple" in given
            if not self._takes_several:
                self.data[name] = ""
        elif tag == "option" and self._select and "selected" in given:
            if self._takes_several:
                self.data.setdefault(self._select, []).append(given["value"])
            else:
                self.data[self._select] = given.get("value") or ""
        elif tag == "textarea":
            self._text = name
            self.data[name] = ""

    def handle_data(self, text):
        if self._text:
            self.data[self._text] += text

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._text = None
        elif tag == "form":
            self._inside = False


def filled_in(response):
    """What a browser would send if the form of the page were saved untouched."""
    fields = _Fields()
    fields.feed(response.content.decode())
    return {name: value for name, value in fields.data.items() if "__prefix__" not in name}


def with_row(data, prefix, **values):
    """`data` with one more row of the inline `prefix`."""
    number = int(data[f"{prefix}-TOTAL_FORMS"])
    row = {f"{prefix}-{number}-{name}": value for name, value in values.items()}
    return {**data, **row, f"{prefix}-TOTAL_FORMS": str(number + 1)}


def send(client, address, data=(), **values):
    """Open the form at `address` and save it with what `data` and `values` say otherwise.

    Where the page shows first what it would do, that is confirmed.
    """
    answer = client.post(address, filled_in(client.get(address)) | dict(data) | values)
    outcome = (answer.context or {}).get("outcome")
    if outcome is None:
        return answer
    return client.post(address, filled_in(answer) | {"confirm": outcome.digest})
