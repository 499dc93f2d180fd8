"""Who must act on a friction point: rules in TOML, and what is said of a file that has errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from vocmine.catalogue import label_set
from vocmine.errors import UsageError
from vocmine.priorities.owners import Owners, default_text, load_owners

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(text: str) -> Path:
        path = tmp_path / "areas.toml"
        path.write_text(text, "utf-8")
        return path

    return make


def refused(path: Path) -> str:
    with pytest.raises(UsageError) as error:
        load_owners(path)
    return str(error.value)


class TestRules:
    RULES = """
["*"]
"*" = "Servicio"
app = "Digital"

[billing]
"*" = "Facturación"
app = "Pagos en línea"
"""

    @pytest.mark.parametrize(
        ("friction", "touchpoint", "area"),
        [
            ("billing", "app", "Pagos en línea"),
            ("billing", "store", "Facturación"),
            ("delay", "app", "Digital"),
            ("delay", "store", "Servicio"),
        ],
    )
    def test_the_most_specific_rule_wins(
        self, write: Write, friction: str, touchpoint: str, area: str
    ) -> None:
        assert load_owners(write(self.RULES)).area(friction, touchpoint) == area

    def test_the_order_in_the_file_does_not_matter(self, write: Write) -> None:
        first, second = self.RULES.split("\n\n")
        turned = f"{second}\n{first}"
        assert load_owners(write(turned)).rules == load_owners(write(self.RULES)).rules

    def test_what_no_rule_covers_has_no_owner(self, write: Write) -> None:
        owners = load_owners(write('[billing]\napp = "Pagos"'))
        assert owners.area("billing", "store") == ""

    def test_names_of_the_catalogue_are_taken_in_any_language(self, write: Write) -> None:
        text = '[Cobro]\n"aplicación" = "A"\n"sitio web" = "B"\n["entrega errada"]\n"*" = "C"'
        owners = load_owners(write(text))
        assert set(owners.rules.items()) == {
            (("billing", "app"), "A"),
            (("billing", "web"), "B"),
            (("wrong_delivery", "*"), "C"),
        }

    def test_a_file_of_a_windows_editor_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "areas.toml"
        path.write_bytes(b'\xef\xbb\xbf["*"]\r\n"*" = " Servicio   al cliente "\r\n')
        assert load_owners(path).areas == ("Servicio al cliente",)


class TestDefault:
    def test_every_point_has_an_owner(self) -> None:
        owners = load_owners()
        for friction in label_set("friction").codes:
            for touchpoint in label_set("touchpoint").codes:
                assert owners.area(friction, touchpoint), (friction, touchpoint)

    @pytest.mark.parametrize(
        ("friction", "touchpoint", "area"),
        [
            ("billing", "billing", "Facturación"),
            ("billing", "app", "Facturación"),
            ("outage", "app", "Tecnología"),
            ("usability", "app", "Canales digitales"),
            ("delay", "delivery", "Logística"),
            ("delay", "store", "Puntos de atención"),
            ("no_response", "phone", "Servicio al cliente"),
            ("security", "atm", "Seguridad y fraude"),
            ("information", "contract", "Jurídica"),
            ("product_quality", "product", "Producto y calidad"),
            ("price", "unknown", "Comercial"),
        ],
    )
    def test_areas_are_those_a_company_would_name(
        self, friction: str, touchpoint: str, area: str
    ) -> None:
        assert load_owners().area(friction, touchpoint) == area

    def test_its_text_is_a_file_to_start_from(self, write: Write) -> None:
        assert load_owners(write(default_text())) == load_owners()

    def test_it_lists_every_code_that_can_be_written(self) -> None:
        text = default_text()
        for labels in ("friction", "touchpoint"):
            for code in label_set(labels).codes:
                assert code in text or code == "none", code


class TestErrors:
    def test_an_unknown_friction_is_named_with_the_nearest(self, write: Write) -> None:
        said = refused(write('[biling]\napp = "Pagos"'))
        assert "there is no friction 'biling' (nearest: 'billing')" in said
        assert "areas.toml" in said
        assert "Use one of: delay, " in said

    def test_so_is_an_unknown_touchpoint(self, write: Write) -> None:
        assert "there is no touchpoint 'aplicacion movil'" in refused(
            write('[billing]\n"aplicacion movil" = "Pagos"')
        )
        assert "(nearest: 'store')" in refused(write('[billing]\nstores = "Pagos"'))

    def test_a_point_without_friction_has_no_owner(self, write: Write) -> None:
        assert "no friction 'none'" in refused(write('[none]\napp = "Pagos"'))

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "holds no rule"),
            ("[billing]", "holds no rule"),
            ('billing = "Pagos"', "'billing' stands outside a section"),
            ("[billing]\napp = 3", "[billing], 'app' names no area"),
            ('[billing]\napp = " "', "[billing], 'app' names no area"),
            ('[billing]\napp = "A"\n"aplicación" = "B"', "is there twice, under two names"),
            ('[billing]\napp = "A"\napp = "B"\n', "(at line 3"),
            ("[billing", "is not valid TOML"),
        ],
    )
    def test_what_is_wrong_is_said_with_its_place(self, write: Write, text: str, said: str) -> None:
        assert said in refused(write(text))

    def test_a_missing_file_says_how_to_get_one(self, tmp_path: Path) -> None:
        said = refused(tmp_path / "no.toml")
        assert "cannot be read" in said
        assert "vocmine friction --print-owners > areas.toml" in said

    def test_bytes_that_are_no_text_are_no_toml(self, tmp_path: Path) -> None:
        path = tmp_path / "areas.toml"
        path.write_bytes(b"\xff\xfe\x00")
        assert "is not valid TOML" in refused(path)


class TestNamed:
    OWNERS = Owners({("billing", "*"): "Facturación", ("*", "*"): "Servicio al cliente"})

    def test_case_and_accents_do_not_matter(self) -> None:
        assert self.OWNERS.named("FACTURACION") == "Facturación"

    def test_an_unknown_area_is_answered_with_the_nearest_and_all(self) -> None:
        with pytest.raises(UsageError) as error:
            self.OWNERS.named("Facturas")
        assert "the area 'Facturas' (nearest: 'Facturación')" in str(error.value)
        assert "There are: Facturación, Servicio al cliente." in str(error.value)
