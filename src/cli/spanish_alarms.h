// The catalogue's part of what supervisors and who hides somebody are told, in English and in Spanish. Looked up when
// it is told, as cli/spanish_errors.h is.
#pragma once
#include "cli/spanish.h"

namespace puente::cli {

inline constexpr Translation kAlarms[] = {
    {"contradiction", "contradicción"},
    {"many_ids", "muchos identificadores"},
    {"erased_under_one_id", "suprimido con un identificador"},
    {"release_undone", "entrega deshecha"},
    {"one_file_many_people", "un expediente para muchas personas"},
    {"one_user_many_names", "muchas búsquedas por nombre de un usuario"},
    {"told_before", "un país ya lo sabe"},
    {"the number of a document stays hidden, until it is lifted itself: {}",
     "el número de un documento sigue oculto, hasta que se levante él mismo: {}"},
    {"number: has letters of another alphabet than a passport's: type it as its machine readable zone has it",
     "número: tiene letras de otro alfabeto que el de un pasaporte: escríbalo como está en la zona de lectura "
     "mecánica"},
    {"somebody is hidden of whom a partner knows already: {}", "se oculta a una persona de la que un país ya sabe: {}"},
    {"somebody was erased of whom a partner knows: {}", "se borró a una persona de la que un país sabe: {}"},
    {"{} was told of a hit by case {}: it will be told that nobody confirmed it",
     "{} supo de una coincidencia por el caso {}: se le dirá que nadie la confirmó"},
    {"{} was given data by case {}: ask it to erase them", "{} recibió datos por el caso {}: pídale que los borre"},
    {"whom to hide was said, and nobody was enrolled: hide whose fingers these are",
     "se dijo a quién ocultar y no se inscribió a nadie: oculte a la persona de estos dedos"},
    {"copy_adopted", "copia adoptada"},
    {"this node was restored, at entry {}, from a copy of {} entries, the last of {}; the clock says {}: what was "
     "decided between is not known here. Hide again whom you hid since, erase again whom you erased, remove again "
     "users who were removed and entries of watchlists, and take their certificates from examiners who were found. "
     "Every agreement is suspended: resume each that was not suspended or terminated since. No partner is answered "
     "until a supervisor has answered this alarm",
     "este nodo se restauró, en la entrada {}, de una copia de {} entradas, la última de {}; el reloj dice {}: lo "
     "decidido entretanto no se conoce aquí. Oculte de nuevo a quien ocultó desde entonces, suprima de nuevo a quien "
     "suprimió, retire de nuevo a "
     "los usuarios retirados y las entradas de listas de vigilancia, y el certificado a los peritos que fueron "
     "hallados. Todo acuerdo está suspendido: reanude cada uno que no fue suspendido ni terminado desde entonces. "
     "No se responde a ningún otro país hasta que un supervisor haya respondido a esta alarma"},
    {"clock_doubted", "reloj en duda"},
    {"the clock says {}, which is not believed: by this node's log it is {}. Nothing is erased until the clock is "
     "right or a supervisor confirms it, and what was permitted until a day between the two is not any more",
     "el reloj dice {}, lo que no se cree: según el registro de este nodo es {}. Nada se suprime hasta que el reloj "
     "esté bien o un supervisor lo confirme, y lo que se permitía hasta un día entre los dos ya no se permite"},
    {"erasure_reached_many", "una supresión alcanzó a muchos"},
    {"an erasure took what is kept of others: {} entries' details and records; the entry of it has whose and which",
     "una supresión se llevó lo que se guarda de otras personas: {} detalles de entradas y registros; su entrada dice "
     "de quién y cuáles"},
    {"protection_over", "protección terminada"},
};

}  // namespace puente::cli
