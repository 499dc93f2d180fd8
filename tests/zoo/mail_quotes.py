"""Replies, forwards, signatures and disclaimers, as mail programs write them in three languages.

Each line: file, name, subject, body, the customer's own words, words of the context, words that
the text must not hold.
"""

from __future__ import annotations

_OUTLOOK_ES = """\
No estoy de acuerdo con la respuesta: el daño ya venía de fábrica.

¿Me devuelven el dinero o no?

De: Servicio al Cliente <servicio@empresa.example>
Enviado el: lunes, 3 de marzo de 2025 4:15 p. m.
Para: Ana Ruiz <ana@example.com>
Asunto: RE: Garantía de la licuadora

Estimada Ana, la garantía no cubre golpes.
"""
_GMAIL_ES = """\
Sigo esperando el técnico, nadie vino hoy 😒

El lun, 3 mar 2025 a las 10:12, Servicio al Cliente (<servicio@empresa.example>)
escribió:

> Buenos días, su visita quedó para hoy.
> Gracias por su paciencia.
"""
_GMAIL_PT = """\
Até agora nada do estorno. Vou ao Procon.

Em seg., 3 de mar. de 2025 às 10:12, Atendimento <sac@empresa.example> escreveu:

> Olá, o estorno leva até 7 dias úteis.
"""
_GMAIL_EN = """\
I still don't have my refund, and it's been three weeks.

On Mon, Mar 3, 2025 at 10:12 AM Support <support@company.example> wrote:

> Hi Ana, refunds take 5 days.
"""
_OUTLOOK_EN = """\
This is not acceptable. Please escalate.

-----Original Message-----
From: Support <support@company.example>
Sent: Monday, March 3, 2025 4:15 PM
To: Ana Ruiz <ana@example.com>
Subject: RE: Late delivery

We are sorry for the delay.
"""
_OUTLOOK_PT = """\
Não recebi o boleto, por favor reenviem.

De: Atendimento <sac@empresa.example>
Enviada em: segunda-feira, 3 de março de 2025 16:15
Para: Ana Ruiz <ana@example.com>
Assunto: RES: Boleto

Prezada Ana, o boleto foi enviado.
"""
_SIGNED = """\
Buenas tardes. La póliza que contraté no aparece en la aplicación.

Quedo atenta,

Ana Ruiz
Coordinadora Administrativa
Tel. +57 601 555 0000 Ext. 12
www.ejemplo.example

AVISO DE CONFIDENCIALIDAD: este correo y sus anexos son confidenciales y para uso exclusivo de \
su destinatario. Si lo recibió por error, elimínelo.
"""
_MOBILE = """\
No me llega el código de verificación al celular.

Enviado desde mi iPhone
"""
_FORWARD = """\
---------- Forwarded message ---------
De: Pedro Salas <pedro@example.com>
Date: lun, 3 mar 2025 a las 8:00
Subject: Reclamo por facturación
To: <tienda@empresa.example>

Me facturaron dos veces la misma compra y quiero que anulen una.
"""
_INLINE = """\
> ¿Nos confirma la dirección?

Carrera 7 # 45-10, la misma de siempre; ya se las di tres veces.

> ¿Y un teléfono?

El que tienen registrado.
"""

QUOTED = (
    ("outlook_es.eml", "Outlook reply in Spanish", "RE: Garantía de la licuadora", _OUTLOOK_ES,
     "No estoy de acuerdo con la respuesta: el daño ya venía de fábrica.\n\n"
     "¿Me devuelven el dinero o no?", ("no cubre golpes",), ("Estimada", "Enviado el")),
    ("gmail_es.eml", "Gmail reply in Spanish, attribution on two lines", "Re: Visita", _GMAIL_ES,
     "Sigo esperando el técnico, nadie vino hoy 😒", ("quedó para hoy",), ("escribió",)),
    ("gmail_pt.eml", "Gmail reply in Portuguese", "Re: Estorno", _GMAIL_PT,
     "Até agora nada do estorno. Vou ao Procon.", ("7 dias",), ("escreveu",)),
    ("gmail_en.eml", "Gmail reply in English", "Re: Refund", _GMAIL_EN,
     "I still don't have my refund, and it's been three weeks.", ("refunds take",), ("wrote",)),
    ("outlook_en.eml", "Outlook reply in English", "RE: Late delivery", _OUTLOOK_EN,
     "This is not acceptable. Please escalate.", ("sorry for the delay",), ("Original",)),
    ("outlook_pt.eml", "Outlook reply in Portuguese", "RES: Boleto", _OUTLOOK_PT,
     "Não recebi o boleto, por favor reenviem.", ("foi enviado",), ("Prezada",)),
    ("firma.eml", "Signature and legal disclaimer", "Póliza", _SIGNED,
     "Buenas tardes. La póliza que contraté no aparece en la aplicación.",
     ("Coordinadora", "confidencial"), ("Ext. 12", "CONFIDENCIALIDAD")),
    ("movil.eml", "Signature of a phone", "Código", _MOBILE,
     "No me llega el código de verificación al celular.", ("iPhone",), ("iPhone",)),
    ("reenvio.eml", "Forwarded without a word: the forwarded customer speaks", "Fwd: Reclamo",
     _FORWARD, "Me facturaron dos veces la misma compra y quiero que anulen una.", (),
     ("Forwarded",)),
    ("entre_lineas.eml", "Answers between the quoted lines", "Re: Datos", _INLINE,
     "Carrera 7 # 45-10, la misma de siempre; ya se las di tres veces.\n\n"
     "El que tienen registrado.", ("confirma la dirección",), ("confirma",)),
)  # fmt: skip
