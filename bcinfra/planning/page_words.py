"""What customers read while the shop is down, in the languages that there are words for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Words(NamedTuple):
    """The words of one language. ``{shop}`` is the shop's domain."""

    language: str
    """Its own name for itself."""
    days: tuple[str, str, str, str, str, str, str]
    """Monday to Sunday, short."""
    always: str
    help: str
    """Title of the page on ordinary days."""
    helps: str
    closed: str
    """Titles of the states, and what each means for customers."""
    closes: str
    looking: str
    looks: str
    queue: str
    queues: str
    again: str
    opened: str
    opens: str
    call: str
    other: str
    """Before the number of another carrier."""
    write: str
    chat: str
    fax: str
    hours: str
    order: str
    orders: str
    """Before the form, which opens the customer's own mail program."""
    form: tuple[str, str, str, str]
    """Lines that the order begins with: what, name, address, telephone."""
    text: str
    """Label of the order's text."""
    send: str
    subject: str
    status: str


WORDS: Final[Mapping[str, Words]] = {
    "en": Words(
        language="English",
        days=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        always="day and night",
        help="Help from {shop}",
        helps="This page stands apart from the shop. If the shop cannot be reached, a person can.",
        closed="{shop} cannot be reached at the moment",
        closes="We are working on it. Orders that you have an e-mail for are with us. A person takes your order here:",
        looking="You can look around {shop}, but not order, at the moment",
        looks="Your cart is kept. A person takes your order here:",
        queue="{shop} is full at the moment",
        queues="You are in the waiting room. This page asks for a place by itself every 30 seconds; keep it open. If"
        " you"
        " would rather not wait, a person takes your order here:",
        again="Ask for a place now",
        opened="{shop} is open",
        opens="We know of no disturbance. If something does not work for you, tell us:",
        call="Call us",
        other="If nobody answers there, call",
        write="Write to us",
        chat="Chat with us",
        fax="Send a fax",
        hours="Somebody is there",
        order="Order by e-mail",
        orders="The button opens your mail program with your order in it. Nothing is sent before you send it there."
        " Please"
        " write no card numbers.",
        form=("What and how many", "Your name", "Your address", "Your telephone"),
        text="Your order",
        send="Open the mail",
        subject="Order",
        status="State of the shop",
    ),
    "de": Words(
        language="Deutsch",
        days=("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
        always="Tag und Nacht",
        help="Hilfe von {shop}",
        helps="Diese Seite steht für sich. Ist der Shop nicht erreichbar, erreichen Sie hier einen Menschen.",
        closed="{shop} ist zurzeit nicht erreichbar",
        closes="Wir arbeiten daran. Bestellungen, für die Sie eine E-Mail haben, liegen uns vor. Ein Mensch nimmt Ihre"
        " Bestellung hier auf:",
        looking="Sie können sich bei {shop} umsehen, aber zurzeit nicht bestellen",
        looks="Ihr Warenkorb bleibt erhalten. Ein Mensch nimmt Ihre Bestellung hier auf:",
        queue="{shop} ist zurzeit voll",
        queues="Sie sind im Warteraum. Diese Seite fragt alle 30 Sekunden von selbst nach einem Platz; lassen Sie sie"
        " offen."
        " Möchten Sie nicht warten, nimmt ein Mensch Ihre Bestellung hier auf:",
        again="Jetzt nach einem Platz fragen",
        opened="{shop} ist geöffnet",
        opens="Uns ist keine Störung bekannt. Geht bei Ihnen etwas nicht, sagen Sie es uns:",
        call="Rufen Sie uns an",
        other="Nimmt dort niemand ab, wählen Sie",
        write="Schreiben Sie uns",
        chat="Chatten Sie mit uns",
        fax="Senden Sie ein Fax",
        hours="Jemand ist da",
        order="Per E-Mail bestellen",
        orders="Der Knopf öffnet Ihr Mailprogramm mit Ihrer Bestellung. Gesendet wird erst, wenn Sie dort senden. Bitte"
        " schreiben Sie keine Kartennummern.",
        form=("Was und wie viel", "Ihr Name", "Ihre Anschrift", "Ihr Telefon"),
        text="Ihre Bestellung",
        send="Mail öffnen",
        subject="Bestellung",
        status="Zustand des Shops",
    ),
    "fr": Words(
        language="Français",
        days=("lun", "mar", "mer", "jeu", "ven", "sam", "dim"),
        always="jour et nuit",
        help="Aide de {shop}",
        helps="Cette page est indépendante de la boutique. Si celle-ci est inaccessible, une personne vous répond ici.",
        closed="{shop} est momentanément inaccessible",
        closes="Nous y travaillons. Les commandes confirmées par e-mail nous sont parvenues. Une personne prend votre"
        " commande ici :",
        looking="Vous pouvez parcourir {shop}, mais pas commander pour le moment",
        looks="Votre panier est conservé. Une personne prend votre commande ici :",
        queue="{shop} est complet pour le moment",
        queues="Vous êtes dans la salle d'attente. Cette page demande une place d'elle-même toutes les 30 secondes ;"
        " gardez-la ouverte. Si vous préférez ne pas attendre, une personne prend votre commande ici :",
        again="Demander une place maintenant",
        opened="{shop} est ouvert",
        opens="Nous n'avons connaissance d'aucune panne. Si quelque chose ne fonctionne pas, dites-le-nous :",
        call="Appelez-nous",
        other="Sans réponse, appelez le",
        write="Écrivez-nous",
        chat="Discutez avec nous",
        fax="Envoyez un fax",
        hours="Une personne est là",
        order="Commander par e-mail",
        orders="Le bouton ouvre votre messagerie avec votre commande. Rien n'est envoyé avant que vous ne l'envoyiez."
        " N'écrivez pas de numéro de carte.",
        form=("Quoi et combien", "Votre nom", "Votre adresse", "Votre téléphone"),
        text="Votre commande",
        send="Ouvrir le message",
        subject="Commande",
        status="État de la boutique",
    ),
    "nl": Words(
        language="Nederlands",
        days=("ma", "di", "wo", "do", "vr", "za", "zo"),
        always="dag en nacht",
        help="Hulp van {shop}",
        helps="Deze pagina staat los van de winkel. Is de winkel niet bereikbaar, dan bereikt u hier een mens.",
        closed="{shop} is op dit moment niet bereikbaar",
        closes="We werken eraan. Bestellingen waarvoor u een e-mail hebt, zijn bij ons. Een mens neemt uw bestelling"
        " hier"
        " op:",
        looking="U kunt bij {shop} rondkijken, maar nu niet bestellen",
        looks="Uw winkelwagen blijft bewaard. Een mens neemt uw bestelling hier op:",
        queue="{shop} is op dit moment vol",
        queues="U bent in de wachtruimte. Deze pagina vraagt elke 30 seconden vanzelf om een plaats; laat haar open."
        " Wacht u"
        " liever niet, dan neemt een mens uw bestelling hier op:",
        again="Nu om een plaats vragen",
        opened="{shop} is open",
        opens="We weten van geen storing. Werkt er bij u iets niet, meld het ons:",
        call="Bel ons",
        other="Neemt daar niemand op, bel dan",
        write="Schrijf ons",
        chat="Chat met ons",
        fax="Stuur een fax",
        hours="Er is iemand",
        order="Bestellen per e-mail",
        orders="De knop opent uw mailprogramma met uw bestelling. Er wordt niets verstuurd voordat u het daar"
        " verstuurt."
        " Schrijf geen kaartnummers.",
        form=("Wat en hoeveel", "Uw naam", "Uw adres", "Uw telefoon"),
        text="Uw bestelling",
        send="Mail openen",
        subject="Bestelling",
        status="Toestand van de winkel",
    ),
    "es": Words(
        language="Español",
        days=("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
        always="día y noche",
        help="Ayuda de {shop}",
        helps="Esta página es independiente de la tienda. Si la tienda no está disponible, aquí le atiende una"
        " persona.",
        closed="{shop} no está disponible en este momento",
        closes="Estamos trabajando en ello. Los pedidos confirmados por correo están en nuestro poder. Una persona"
        " toma su"
        " pedido aquí:",
        looking="Puede ver {shop}, pero no hacer pedidos en este momento",
        looks="Su carrito se conserva. Una persona toma su pedido aquí:",
        queue="{shop} está completa en este momento",
        queues="Está en la sala de espera. Esta página pide sitio por sí sola cada 30 segundos; déjela abierta. Si"
        " prefiere no"
        " esperar, una persona toma su pedido aquí:",
        again="Pedir sitio ahora",
        opened="{shop} está abierta",
        opens="No conocemos ninguna avería. Si algo no le funciona, díganoslo:",
        call="Llámenos",
        other="Si nadie contesta, llame al",
        write="Escríbanos",
        chat="Chatee con nosotros",
        fax="Envíe un fax",
        hours="Hay alguien",
        order="Pedir por correo",
        orders="El botón abre su programa de correo con el pedido. No se envía nada hasta que usted lo envíe. No"
        " escriba"
        " números de tarjeta.",
        form=("Qué y cuánto", "Su nombre", "Su dirección", "Su teléfono"),
        text="Su pedido",
        send="Abrir el correo",
        subject="Pedido",
        status="Estado de la tienda",
    ),
    "it": Words(
        language="Italiano",
        days=("lun", "mar", "mer", "gio", "ven", "sab", "dom"),
        always="giorno e notte",
        help="Aiuto di {shop}",
        helps="Questa pagina è indipendente dal negozio. Se il negozio non è raggiungibile, qui risponde una persona.",
        closed="{shop} al momento non è raggiungibile",
        closes="Ci stiamo lavorando. Gli ordini confermati per e-mail sono presso di noi. Una persona prende il Suo"
        " ordine"
        " qui:",
        looking="Può visitare {shop}, ma al momento non ordinare",
        looks="Il Suo carrello resta. Una persona prende il Suo ordine qui:",
        queue="{shop} al momento è al completo",
        queues="È nella sala d'attesa. Questa pagina chiede da sola un posto ogni 30 secondi; la lasci aperta. Se"
        " preferisce"
        " non aspettare, una persona prende il Suo ordine qui:",
        again="Chiedere un posto ora",
        opened="{shop} è aperto",
        opens="Non ci risultano guasti. Se qualcosa non funziona, ce lo dica:",
        call="Ci chiami",
        other="Se nessuno risponde, chiami il",
        write="Ci scriva",
        chat="Chatti con noi",
        fax="Invii un fax",
        hours="C'è qualcuno",
        order="Ordinare per e-mail",
        orders="Il pulsante apre il Suo programma di posta con l'ordine. Nulla è inviato finché non lo invia Lei. Non"
        " scriva"
        " numeri di carta.",
        form=("Che cosa e quanto", "Il Suo nome", "Il Suo indirizzo", "Il Suo telefono"),
        text="Il Suo ordine",
        send="Aprire la mail",
        subject="Ordine",
        status="Stato del negozio",
    ),
}
