// The catalogue's part of searches that cannot wait for a file, and of those by what papers say, in English and in
// Spanish. Looked up when it is told, as cli/spanish_errors.h is.
#pragma once
#include "cli/spanish.h"

namespace puente::cli {

inline constexpr Translation kSearches[] = {
    {"review urgent", "revisar búsquedas urgentes"},
    {"search names", "buscar por nombres"},
    {"urgent_search", "búsqueda urgente"},
    {"urgent_review_overdue", "revisión urgente atrasada"},
    {"the search cannot wait for a file, and is looked at afterwards",
     "la búsqueda no puede esperar a un expediente, y se revisa después"},
    {"say why the search cannot wait for a file: two words or more, ten characters",
     "diga por qué la búsqueda no puede esperar a un expediente: dos palabras o más, diez caracteres"},
    {"urgent searches of yours wait for a supervisor's review, three, or one for longer than a day: name a file",
     "búsquedas urgentes suyas esperan la revisión de un supervisor, tres, o una desde hace más de un día: nombre un "
     "expediente"},
    {"person_id: \"URGENT-\" and \"idp:\" stand before numbers and names of the node's own",
     "person_id: «URGENT-» e «idp:» van delante de números y nombres del propio nodo"},
    {"person_id: that is the name of a user of this node: take another id",
     "person_id: ese es el nombre de un usuario de este nodo: tome otro identificador"},
    {"document_number: write it in Latin letters and figures, as the lower zone of a passport has it",
     "document_number: escríbalo con letras latinas y cifras, como está en la zona inferior de un pasaporte"},
    {"a log of more than {} entries is replayed at the keys: puente log replay",
     "un registro de más de {} asientos se vuelve a decidir en el propio nodo: puente log replay"},
    {"must be a member, or several with a full stop between them",
     "debe ser un miembro, o varios separados por puntos"},
    {"what is urgent is searched for now, not later", "lo urgente se busca ahora, no después"},
    {"member \"urgent\" is of what has no case_reference", "el miembro «urgent» es de lo que no tiene case_reference"},
    {"member \"{}\" must be text without control characters",
     "el miembro «{}» debe ser texto sin caracteres de control"},
    {"this alarm is of no urgent search: it is seen, not reviewed",
     "esta alarma no es de una búsqueda urgente: se da por vista, no se revisa"},
    {"say of an urgent search whether it was justified, and why: review it",
     "diga de una búsqueda urgente si estaba justificada, y por qué: revísela"},
    {"case_reference: name the file that the search belongs to by now",
     "case_reference: nombre el expediente al que la búsqueda pertenece ya"},
    {"a name, or a number: at most 512 bytes of text without control characters",
     "un nombre o un número: 512 octetos de texto como máximo, sin caracteres de control"},
    {"date_of_birth: write a day as 1990-04-30", "date_of_birth: escriba un día como 1990-04-30"},
    {"say whom: document_number, or family_name with given_names or date_of_birth",
     "diga a quién: document_number, o family_name con given_names o date_of_birth"},
    {"names are read since the node's start: try again in a moment",
     "los nombres se leen desde que arrancó el nodo: intente de nuevo en un momento"},
    {"the node stops", "el nodo se detiene"},
    {"no agreement of this id was accepted here", "aquí no se aceptó ningún acuerdo con este identificador"},
};

}  // namespace puente::cli
