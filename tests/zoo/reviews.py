"""Reviews of stores, marketplaces and maps: the rating as 1 to 5, the original kept."""

from __future__ import annotations

import codecs
from typing import Any

from .animals import Animal, Aside, AsideOrLost, Said
from .writing import delimited, document, lines, text

_PLAY_HEAD = (
    "Package Name,App Version Code,App Version Name,Reviewer Language,Device,"
    "Review Submit Date and Time,Review Submit Millis Since Epoch,Review Last Update Date and Time,"
    "Review Last Update Millis Since Epoch,Star Rating,Review Title,Review Text,"
    "Developer Reply Date and Time,Developer Reply Millis Since Epoch,Developer Reply Text,"
    "Review Link"
).split(",")
_LINK = "http://play.google.com/console/developers/app/reviews?"


def _play(number: int, stars: int, title: str, body: str, reply: str = "", link: str = "") -> Any:
    at = f"2025-03-{number:02d}T10:00:00Z"
    return [
        "co.ejemplo.banco", "412", "4.1.2", "es", "a52q", at, "1741082400000", at, "1741082400000",
        str(stars), title, body, at if reply else "", "1741082400000" if reply else "", reply,
        link or f"{_LINK}reviewId=gp-{number}&corpus=PUBLIC",
    ]  # fmt: skip


_OLD = ("App Version Code", "Reviewer Language", "Device")
_CRASH = "Desde la última actualización se cierra sola, justo al pagar.\nXiaomi Note 11 😤"
_PLAY = [
    _PLAY_HEAD,
    _play(4, 1, "", _CRASH, "Hola, ya lo corregimos en la 4.1.3."),
    _play(5, 5, "", ""),
    _play(6, 2, "Pésima", "No deja cambiar la clave, dice: \"intente más tarde\"."),
    _play(7, 4, "", "Buena, pero lenta", link=f"{_LINK}p=co.ejemplo#ReviewPlace:id=gp-7"),
]  # fmt: skip


def _apple(number: str, rating: int, title: str | None, body: str, land: str) -> Any:
    return {
        "type": "customerReviews", "id": number,
        "attributes": {"rating": rating, "title": title, "body": body, "territory": land,
                       "reviewerNickname": f"apodo{number}",
                       "createdDate": "2025-03-04T08:12:00-08:00"},
        "relationships": {"response": {"links": {"self": "https://api.example.com/r"}}},
    }  # fmt: skip


_APPLE = {
    "data": [
        _apple("00000018-a", 1, "No abre", "Después de actualizar a iOS 18 no abre.", "COL"),
        _apple("00000018-b", 5, None, "Todo en un solo lugar, me encanta 💜", "MEX"),
    ],
    "links": {"self": "https://api.example.com/v1/apps/1/customerReviews", "next": None},
}


def _entry(number: str, rating: str, title: str, body: str) -> Any:
    return {
        "id": {"label": number}, "title": {"label": title}, "im:version": {"label": "7.20"},
        "author": {"uri": {"label": "https://example.com"}, "name": {"label": "Lucho_88"}},
        "content": {"label": body, "attributes": {"type": "text"}},
        "im:rating": {"label": rating}, "updated": {"label": "2025-03-04T08:12:00-07:00"},
        "link": {"attributes": {"rel": "related", "href": "https://example.com"}},
        "im:voteCount": {"label": "0"},
    }  # fmt: skip


_RSS = {
    "feed": {
        "author": {"name": {"label": "iTunes Store"}},
        "entry": [
            {"im:name": {"label": "Banco de Ejemplo"}, "rights": {"label": "© Ejemplo"},
             "im:price": {"label": "Gratis", "attributes": {"amount": "0.00", "currency": "COP"}},
             "summary": {"label": "Lleve su banco en el bolsillo: pague, transfiera y ahorre."},
             "title": {"label": "Banco de Ejemplo"}, "id": {"label": "https://apps.example.com/1"},
             "im:artist": {"label": "Ejemplo S.A."}},
            _entry("11223344", "2", "Muy lenta", "Carga y carga, nunca muestra el saldo."),
            _entry("11223345", "5", "Excelente", "Rápida y segura; la recomiendo."),
        ],
        "updated": {"label": "2025-03-05T01:00:00-07:00"},
    }
}  # fmt: skip


def _google(
    number: int, stars: str, comment: str | None, reply: str = "", name: str = "Ana"
) -> Any:
    review: dict[str, Any] = {
        "name": f"accounts/1/locations/2/reviews/r{number}", "reviewId": f"r{number}",
        "reviewer": {"displayName": name} if name else {"isAnonymous": True},
        "starRating": stars, "createTime": "2025-03-04T15:12:00.123456789Z",
        "updateTime": "2025-03-04T15:12:00.123456789Z",
    }  # fmt: skip
    if comment is not None:
        review["comment"] = comment
    if reply:
        review["reviewReply"] = {"comment": reply, "updateTime": "2025-03-05T00:00:00Z"}
    return review


_GOOGLE = {
    "reviews": [
        _google(1, "TWO", "La sopa llegó fría, y el mesero ni se disculpó.", "Lo sentimos mucho."),
        _google(2, "FIVE", None, name=""),
        _google(3, "ONE", "(Translated by Google) Terrible service\n\n(Original)\nPésimo servicio"),
        _google(4, "FIVE", "Ótima comida!\n\n(Translated by Google)\nGreat food!"),
    ],
    "averageRating": 3.2, "totalReviewCount": 4, "nextPageToken": "abc",
}  # fmt: skip
_GOOGLE_SAID = (
    Said("La sopa llegó fría, y el mesero ni se disculpó.", "r1",
         "2025-03-04T15:12:00.123456+00:00", 2.0, context=("Lo sentimos",),
         extra={"starRating": "TWO"}),
    Aside("rating_only", "r2"),
    Said("Pésimo servicio", "r3", "2025-03-04T15:12:00.123456+00:00", 1.0, absent=("Terrible",)),
    Said("Ótima comida!", "r4", "2025-03-04T15:12:00.123456+00:00", 5.0, absent=("Great",)),
)  # fmt: skip
_TAKEOUT = {"reviews": [None, *_GOOGLE["reviews"][:1], None, *_GOOGLE["reviews"][1:]]}  # type: ignore[index]

_TRUSTPILOT = {
    "links": [],
    "reviews": [
        {"id": "tp-1", "stars": 1, "title": "No devuelven el dinero", "language": "es",
         "text": "Cancelé a las dos horas y no devuelven el dinero.", "numberOfLikes": 2,
         "createdAt": "2025-03-04T15:12:00Z", "consumer": {"id": "c1", "displayName": "Félix"},
         "companyReply": {"text": "Hola Félix, escríbanos.", "createdAt": "2025-03-05T09:00:00Z"}},
        {"id": "tp-2", "stars": 5, "title": "Muito bom", "text": "Chegou antes do prazo.",
         "language": "pt", "createdAt": "2025-03-05T15:12:00Z", "companyReply": None,
         "consumer": {"id": "c2", "displayName": "Júlia"}},
    ],
}  # fmt: skip
_TRIPADVISOR = {
    "data": [
        {"id": 880001, "lang": "es", "published_date": "2025-03-04T15:12:00Z", "rating": 2,
         "title": "Mucho ruido", "text": "El cuarto da a la discoteca; imposible dormir.",
         "trip_type": "Family", "travel_date": "2025-02-28", "user": {"username": "viajera77"},
         "owner_response": {"text": "Gracias por su comentario.", "lang": "es"}},
        {"id": 880002, "lang": "en", "published_date": "2025-03-05T15:12:00Z", "rating": 5,
         "title": "Lovely stay", "text": "Great breakfast and a view of the Andes.",
         "trip_type": "Couples", "travel_date": "2025-02-28", "user": {"username": "bob"}},
    ],
    "paging": {"results": "2"},
}  # fmt: skip


def _market(number: int, rate: int, title: str, content: str) -> Any:
    return {
        "id": number, "reviewable_object": {"id": "MCO1", "type": "product"}, "title": title,
        "date_created": "2025-03-04T15:12:00Z", "status": "published", "content": content,
        "rate": rate, "valorization": 3, "likes": 4, "dislikes": 1, "reviewer_id": 99,
        "buying_date": "2025-02-20T04:00:00Z", "relevance": 50, "forbidden_words": 0,
    }  # fmt: skip


_MARKET = {
    "paging": {"total": 2, "limit": 5, "offset": 0},
    "reviews": [
        _market(7001, 2, "Regular", "El cargador se calienta mucho; a la semana murió."),
        _market(7002, 5, "Excelente", "Llegó al otro día, tal cual la foto 📦"),
    ],
    "rating_average": 3.5, "helpful_reviews": {"best_max_stars": None},
    "rating_levels": {"one_star": 0, "two_star": 1, "five_star": 1}, "attributes": [],
}  # fmt: skip
_AMAZON = [
    {"rating": 1.0, "title": "Broke in a week", "text": "The lid cracked.<br /><br />Don't buy.",
     "images": [], "asin": "B000TEST01", "parent_asin": "B000TEST00", "user_id": "AE1",
     "timestamp": 1741101120123, "helpful_vote": 3, "verified_purchase": True},
    {"rating": 4.0, "title": "Good", "text": "Works as described, \"cheap\" plastic though.",
     "images": [], "asin": "B000TEST01", "parent_asin": "B000TEST00", "user_id": "AE2",
     "timestamp": 1741187520000, "helpful_vote": 0, "verified_purchase": False},
]  # fmt: skip
_YELP = """
review_id,user_id,business_id,stars,text,date
y-1,u-1,b-1,2.0,"Waited 50 minutes, tacos were cold.\nNot coming back.",2025-03-04 10:12:00
y-2,u-2,b-1,5.0,Best arepas in Jackson Heights!,2025-03-05 20:01:10
"""
_STARS = """
Fecha;Estrellas;Título;Reseña;Respuesta del propietario
04/03/2025;★☆☆☆☆;Nunca más;"Cucarachas en la cocina; un asco.";Lamentamos lo ocurrido.
25/03/2025;★★★★★;;Atención de primera 👏;
26/03/2025;★★★☆☆;;;
"""
_MIXED_SCALES = """
Data,Nota,Comentário,Cidade
04/03/2025,2/5,"O entregador deixou na chuva, molhou tudo.",São Paulo
25/03/2025,5/5,Chegou antes do prazo!,Recife
"""

ANIMALS = (
    Animal("reviews_co.ejemplo.banco_202503.csv",
           lambda: delimited(_PLAY, encoding="utf-16-le", bom=codecs.BOM_UTF16_LE), (
        Said(_CRASH, "gp-4", "2025-03-04T10:00:00+00:00", 1.0, title="",
             context=("ya lo corregimos",)),
        Aside("rating_only", "gp-5"),
        Said('No deja cambiar la clave, dice: "intente más tarde".', "gp-6",
             "2025-03-06T10:00:00+00:00", 2.0, title="Pésima"),
        Said("Buena, pero lenta", "gp-7", "2025-03-07T10:00:00+00:00", 4.0),
    ), source="reviews", kind="google_play", named=("Google Play",), encoding="UTF-16LE|UTF-16",
        mapping={"text": "Review Text", "score": "Star Rating"}, name="Google Play Console"),
    Animal("reviews_co.ejemplo.banco_201803.csv", lambda: delimited(
        [[cell for name, cell in zip(_PLAY_HEAD, row, strict=True) if name not in _OLD]
         for row in _PLAY], encoding="utf-16-le", bom=codecs.BOM_UTF16_LE), (
        Said(_CRASH, "gp-4", "2025-03-04T10:00:00+00:00", 1.0),
        Aside("rating_only", "gp-5"),
        Said('No deja cambiar la clave, dice: "intente más tarde".', "gp-6", score=2.0),
        Said("Buena, pero lenta", "gp-7", score=4.0),
    ), source="reviews", kind="google_play", named=("Google Play",),
        name="Google Play Console, an old file with fewer columns"),
    Animal("customerReviews", lambda: document(_APPLE), (
        Said("Después de actualizar a iOS 18 no abre.", "00000018-a", "2025-03-04T08:12:00-08:00",
             1.0, country="CO", title="No abre"),
        Said("Todo en un solo lugar, me encanta 💜", "00000018-b", "2025-03-04T08:12:00-08:00",
             5.0, country="MX", title=""),
    ), source="reviews", kind="app_store", named=("App Store",), name="App Store Connect API"),
    Animal("app_store_rss.json", lambda: document(_RSS), (
        Aside(),
        Said("Carga y carga, nunca muestra el saldo.", "11223344", "2025-03-04T08:12:00-07:00", 2.0,
             title="Muy lenta"),
        Said("Rápida y segura; la recomiendo.", "11223345", "2025-03-04T08:12:00-07:00", 5.0,
             title="Excelente"),
    ), source="reviews", kind="app_store", named=("App Store",),
        name="App Store RSS, whose first entry is the app"),
    Animal("google_api.json", lambda: document(_GOOGLE), _GOOGLE_SAID, source="reviews",
           kind="google_business", named=("Google Business|Google Maps",),
           name="Google Business Profile API"),
    Animal("reviews-1.json", lambda: document(_TAKEOUT, indent=2),
           (AsideOrLost(), _GOOGLE_SAID[0], AsideOrLost(), *_GOOGLE_SAID[1:]), source="reviews",
           kind="google_business", named=("Google Business|Google Maps",),
           name="Google Business Profile Takeout, with null items"),
    Animal("trustpilot.json", lambda: document(_TRUSTPILOT), (
        Said("Cancelé a las dos horas y no devuelven el dinero.", "tp-1",
             "2025-03-04T15:12:00+00:00", 1.0, title="No devuelven el dinero",
             context=("escríbanos",)),
        Said("Chegou antes do prazo.", "tp-2", "2025-03-05T15:12:00+00:00", 5.0,
             title="Muito bom"),
    ), source="reviews", kind="trustpilot", named=("Trustpilot",), name="Trustpilot"),
    Animal("tripadvisor.txt", lambda: document(_TRIPADVISOR), (
        Said("El cuarto da a la discoteca; imposible dormir.", "880001",
             "2025-03-04T15:12:00+00:00", 2.0, title="Mucho ruido",
             context=("Gracias por su comentario",)),
        Said("Great breakfast and a view of the Andes.", "880002", "2025-03-05T15:12:00+00:00",
             5.0, title="Lovely stay"),
    ), source="reviews", kind="tripadvisor", named=("TripAdvisor",), name="TripAdvisor"),
    Animal("opiniones_MCO1.json", lambda: document(_MARKET), (
        Said("El cargador se calienta mucho; a la semana murió.", "7001",
             "2025-03-04T15:12:00+00:00", 2.0, title="Regular"),
        Said("Llegó al otro día, tal cual la foto 📦", "7002", "2025-03-04T15:12:00+00:00", 5.0,
             title="Excelente"),
    ), source="reviews", kind="mercado_libre", named=("Mercado Libre",), name="Mercado Libre"),
    Animal("amazon.jsonl", lambda: lines(_AMAZON), (
        Said("The lid cracked. Don't buy.", at="2025-03-04T15:12:00.123+00:00", score=1.0,
             title="Broke in a week", flow=True),
        Said('Works as described, "cheap" plastic though.', at="2025-03-05T15:12:00+00:00",
             score=4.0, title="Good"),
    ), source="reviews", kind="amazon", named=("Amazon",),
        name="Amazon: times in milliseconds, HTML breaks"),
    Animal("yelp.csv", lambda: text(_YELP), (
        Said("Waited 50 minutes, tacos were cold.\nNot coming back.", "y-1",
             "2025-03-04T10:12:00", 2.0),
        Said("Best arepas in Jackson Heights!", "y-2", "2025-03-05T20:01:10", 5.0),
    ), source="reviews", kind="yelp", named=("Yelp",), name="Yelp"),
    Animal("yelp.ndjson", lambda: lines([
        {"review_id": "y-3", "user_id": "u-3", "business_id": "b-2", "stars": 1.0, "useful": 4,
         "text": "They charged me for guac I never got.", "date": "2025-03-04 10:12:00"}]), (
        Said("They charged me for guac I never got.", "y-3", "2025-03-04T10:12:00", 1.0),
    ), source="reviews", kind="yelp", named=("Yelp",), name="Yelp: a single JSON line"),
    Animal("resenas_restaurante.csv", lambda: text(_STARS), (
        Said("Cucarachas en la cocina; un asco.", at="2025-03-04T00:00:00", score=1.0,
             title="Nunca más", context=("Lamentamos",), extra={"Estrellas": "★☆☆☆☆"}),
        Said("Atención de primera 👏", at="2025-03-25T00:00:00", score=5.0),
        Aside("rating_only"),
    ), source="reviews", kind="reviews", mapping={"text": "Reseña", "score": "Estrellas"},
        name="Ratings as drawn stars"),
    Animal("avaliacoes.csv", lambda: text(_MIXED_SCALES), (
        Said("O entregador deixou na chuva, molhou tudo.", at="2025-03-04T00:00:00", score=2.0,
             extra={"Cidade": "São Paulo", "Nota": "2/5"}),
        Said("Chegou antes do prazo!", at="2025-03-25T00:00:00", score=5.0),
    ), source="reviews", kind="reviews", mapping={"text": "Comentário", "score": "Nota"},
        name="Ratings as 2/5, in Portuguese"),
)  # fmt: skip
