"""The word classes of each language (see `Lexicon`)."""

from __future__ import annotations

import re

from vocmine.segmentation.lexicon import Lexicon, phrases_of, stems_of, words_of

_SPANISH = Lexicon(
    verbs=words_of("""
        no nunca jamás jamas ni me te se le les nos os
        es son está esta están estan esté fue fui fueron era eran eres soy somos estoy estamos
        estaba estaban estuvo sea ser hay había habia hubo habrá ha han he hemos haya
        tiene tienen tengo tenemos tenía tenia tuvo tuve tuvimos hace hacen hago hizo hice hicieron
        puede pueden puedo podemos pude pudo pudieron podría podria va van voy vamos iba
        dice dicen digo dijo dije dijeron da dan doy dio di dieron viene vino vinieron
        pone puso quiere quieren quiero quise quiso sabe saben sé debe deben debo deja dejan
        sale salen salió queda quedan quedé sirve sirven funciona funcionan llega llegan llego
        llevo lleva llevan cobra cobran falta faltan falla fallan carga cierra abre responde
        responden contesta contestan atiende atienden espero pago pagan pedi sigo sigue siguen
        parece parecen pasa pasan recomiendo recomienda necesito exijo solicito pido quisiera
        agradezco felicito ofrece ofrecen cuenta cumple cumplen vale cuesta cuestan trae traen
        entra entro huele aparece manda mandan toca tarda tardan demora gusta encanta vi vio
        odio merece cuelga cuelgan cae supera sobra
    """),
    verb_endings=re.compile(
        r"(?:aron|ieron|jeron|aste|iste|amos|emos|imos|aba|aban|abas|ía|ían|ías|ió|[^aeiou]ó|"
        r"[^aeiou]é|[áéí]\w+(?:[mts]e|l[aeo]s?|nos)|[aei]rá|[aei]rán|[^aeiouáéíóú](?:an|en))$"
    ),
    not_verbs=words_of("""
        gran tan plan pan san joven imagen examen orden origen margen resumen volumen café compañía
        garantía energía todavía mayoría cafetería categoría economía tecnología mercancía policía
        batería alegría lotería fotografía cercanía panadería extremos ramos tramos últimos mismos
        mínimos máximos próximos porqué almacén también
    """),
    qualities=stems_of(
        """
        buen mal peor mejor p[eé]sim excelent genial horribl terribl fatal deficient lament
        lamentabl incre[ií]bl espectacular maravillos magn[ií]fic estupend perfect fant[aá]stic
        hermos bonit bell lind precios feo fea limpi suci roto rota rotos rotas viej antigu modern
        nuev c[oó]mod inc[oó]mod tranquil ruidos car barat econ[oó]mic lent r[aá]pid amabl atent
        groser simp[aá]tic profesional eficient eficaz in[uú]til ineficient rid[ií]cul absurd
        asco asqueros desastre verg[uü]enza verguenza porquer[ií]a basura mierda maravill delicia
        delicios ric exquisit espacios amplio amplia amplios amplias pequeñ grande grandes enorm
        c[eé]ntric recomendabl impresionant encantador aceptabl correct decent regular escas
        abundant variad completo completa insuficient defectuos dañad dificil dif[ií]cil f[aá]cil
        muy súper super demasiad sin nada cero poc nul imposibl urgent decepcionad decepcionant
        insoportabl lejos cerca ubicad situad inmejorabl insuperabl inaceptabl
        estaf robo fraude ladron ladrones rater
        pena bien encantad content feliz satisfech agradabl desagradabl chid padr cheve?r bac[aá]n
        """,
        r"o|a|os|as|e|es|ísim[oa]s?|isim[oa]s?|amente|emente|mente",
    ),
    contrast=phrases_of(
        "pero,aunque,sin embargo,no obstante,en cambio,mientras que,sino que,sino,excepto que,"
        "salvo que,a pesar de,pese a,eso sí,eso si,por el contrario,en contraste,solo que,sólo que,"
        "mas no,mas sin embargo"
    ),
    addition=phrases_of(
        "además,ademas,también,tambien,encima,aparte,por otro lado,por otra parte,por un lado,"
        "asimismo,incluso,inclusive,luego,después,despues,ahora,entonces,tampoco,por último,"
        "y ahora,y luego,y encima,y además,y ademas,y aparte,y después,y despues,y tampoco,"
        "y para colmo,para colmo,y todavía,y aún así,y aun así,aún así,aun así,en general,"
        "finalmente,en fin,y eso que,y resulta que,resulta que"
    ),
    coordination=words_of("y e"),
    dependent=words_of("que de del o u"),
    linkers=phrases_of(
        "porque,ya que,pues,por lo que,así que,asi que,cuando,hasta que,para que,por eso,por que,"
        "donde,si,puesto que,debido a,por lo cual,lo cual,pq,xq,mientras,sin que,solo,ya"
    ),
    bound=words_of("""
        que de del a al en con por para y e o u ni si como cuando donde porque pues sin el la los
        las un una unos unas mi mis su sus tu me se te le les nos lo no muy más mas tan es son esta
        está este ese esa todo todos toda todas entre sobre hasta desde según hacia pero aunque ya
        sino qué cada otro otra también solo sólo hay ha han he era fue
    """),
    turns=words_of("ya ahora nunca yo ellos nadie"),
    determiners=words_of("el la los las un una unos unas su sus mi mis este esta estos estas"),
    infinitives=re.compile(r"(?:[aeií]r|[aeií]r(?:l[aeo]s?|[mts]e|nos)|[aei]ndo)$"),
    greetings=phrases_of(
        "hola,holaa,buenas,buenos días,buenos dias,buen día,buen dia,buenas tardes,buenas noches,"
        "cordial saludo,reciban,saludos,estimados,estimado,estimada,estimadas,señores,señoras,"
        "apreciados,respetados,muy buenas,q tal,que tal,qué tal,oigan,oiga,oye,alo,aló"
    ),
    openers=words_of("""
        el la los las un una no me se te nos le les lo muy en es está son hay su sus mi mis y pero
        si cuando por para con al a este esta esto eso ese ya yo además también solo sólo nunca
        nada todo todos tiene tienen como desde excelente buen buena buenas pésimo pésima mala mal
        gracias ni aunque hasta que qué
    """),
)

_PORTUGUESE = Lexicon(
    verbs=words_of("""
        não nao nunca jamais nem me te se lhe nos é são sao está estão estao tá fui foi foram era
        eram sou somos estou estamos estava estavam esteve há havia houve haverá tem têm tenho
        temos tinha tinham teve tive tivemos faz fazem faço fiz fez fizeram pode podem posso pude
        pôde vai vão vou vamos diz dizem disse disseram dá dão dei deu deram vem veio vieram quer
        querem quero sabe sei deve devem deixa sai saiu fica ficou funciona funcionam chega chegou
        cobra cobram falta cai caiu responde respondem atende atendem espero pago continua parece
        recomendo preciso exijo solicito agradeço oferece cumpre vale custa volto consigo consegue
        aguardo resolve resolvem
    """),
    verb_endings=re.compile(
        r"(?:[^aeiou][oei]u|aram|eram|iram|ava|avam|iam|[^aeiou]ei|amos|emos|imos|[aei]rá|[aei]rão|"
        r"[aei]ria|[^aeiouáéíóú](?:am|em))$"
    ),
    not_verbs=words_of("""
        bem sem nem cem quem também tambem ontem homem ordem garagem viagem mensagem imagem bagagem
        porém porem alguém ninguém além contagem passagem seu meu teu ramos mínimos últimos extremos
        jovem nuvem
    """),
    qualities=stems_of(
        """
        bom boa bons boas mau má maus m[aá]s ruim ruins pior piores melhor [oó]tim p[eé]ssim
        excelent horr[ií]vel terr[ií]vel lament[aá]vel incr[ií]vel maravilhos perfeit fant[aá]stic
        lind bonit fei limp suj quebrad velh antig modern nov car barat lent r[aá]pid atencios
        grosseir grosso educad simp[aá]tic profissional eficient in[uú]til rid[ií]cul absurd
        descaso vergonh lixo desrespeit defeituos danificad dif[ií]cil f[aá]ci(?:l|s) muito super
        sem nada zero pouc imposs[ií]vel urgent decepcionad insatisfeit satisfeit content feliz
        golp fraude roubo demorad p[eé]ssimo bem
        """,
        r"o|a|os|as|e|es|is|íssim[oa]s?|amente|mente",
    ),
    contrast=phrases_of(
        "mas,porém,porem,contudo,no entanto,entretanto,embora,todavia,só que,so que,enquanto que,"
        "apesar de,apesar que,mesmo assim,em compensação"
    ),
    addition=phrases_of(
        "além disso,alem disso,também,tambem,inclusive,ainda por cima,por outro lado,depois,agora,"
        "e agora,e depois,e ainda,e também,então,entao,fora que,sem contar que,por fim,enfim,"
        "e mesmo assim,e até hoje,e até agora,e para piorar,para piorar"
    ),
    coordination=words_of("e"),
    dependent=words_of("que de do da dos das ou"),
    linkers=phrases_of(
        "porque,pois,já que,por que,pq,quando,até que,para que,por isso,onde,se,sendo que,"
        "visto que,uma vez que,enquanto,sem que,o que,só,já"
    ),
    bound=words_of("""
        que de do da dos das a ao à em no na nos nas com por para e ou nem se como quando onde
        porque pois sem o os as um uma uns umas meu minha seu sua me te lhe não nao muito mais tão
        é são
        está este essa esse todo todos toda todas entre sobre até desde mas já só também cada outro
        outra há tem foi era pra pro
    """),
    turns=words_of("já agora nunca eu eles ninguém"),
    determiners=words_of("o a os as um uma uns umas seu sua seus suas meu minha meus minhas"),
    infinitives=re.compile(r"(?:[aei]r|[aei]ndo)$"),
    greetings=phrases_of(
        "olá,ola,oi,bom dia,boa tarde,boa noite,prezados,prezado,prezada,caros,senhores,saudações"
    ),
    openers=words_of("""
        o a os as um uma não me se te nos em é está são há seu sua meu minha e mas se quando por
        para com ao este esta isso já eu além também só nunca nada tudo todos tem como desde
        excelente bom boa péssimo péssima ruim obrigado nem até que quero comprei
    """),
)

_ENGLISH = Lexicon(
    verbs=words_of("""
        am is are was were 's 'm 're 've 'll 'd n't not have has had do does did can could will
        would should may might must get gets got keep keeps kept says said say told tell went go
        goes came come comes make makes made take takes took want wants need needs work works love
        loves hate like likes know think thought feel felt see saw find found buy bought pay paid
        charge charges give gave left seem seems looks never cannot please
    """),
    verb_endings=re.compile(r"[^e]ed$"),
    not_verbs=words_of("bed speed hundred unlimited fixed limited united"),
    qualities=re.compile(
        r"(?:good|great|bad|worst|worse|best|better|awful|terrible|horrible|excellent|amazing|poor|"
        r"nice|clean|dirty|broken|slow|fast|rude|friendly|helpful|useless|ridiculous|unacceptable|"
        r"disappoint\w*|expensive|cheap|very|so|too|no|zero|scam|fraud|joke|shame|happy|unhappy)$"
    ),
    contrast=phrases_of(
        "but,however,although,though,even though,whereas,nevertheless,on the other hand,"
        "except that,despite,and yet,instead"
    ),
    addition=phrases_of(
        "also,besides,moreover,furthermore,in addition,plus,then,now,and now,and then,and also,"
        "as well as,on top"
    ),
    coordination=words_of("and"),
    dependent=words_of("which who whose where of or to"),
    linkers=phrases_of("because,since,so,when,where,until,as,if,which,and,while,after,before"),
    greetings=phrases_of(
        "hi,hello,hey,dear,good morning,good afternoon,good evening,hi there,hey there,greetings"
    ),
    openers=words_of("""
        the it this that these they we you he she my your our their there no not when if why how
        what please very still also but and is are was so just
    """),
)

_LEXICONS = {"es": _SPANISH, "pt": _PORTUGUESE, "en": _ENGLISH}
_NEUTRAL = Lexicon()


def lexicon_of(lang: str) -> Lexicon:
    """The words of a language; a lexicon without any for languages other than es, pt and en."""
    return _LEXICONS.get(lang, _NEUTRAL)
