// The catalogue's part of signing in, in English and in Spanish. Looked up when it is told, as cli/spanish_errors.h is.
#pragma once
#include "cli/spanish.h"

namespace puente::cli {

inline constexpr Translation kSignIns[] = {
    {"sign in", "iniciar sesión"},
    {"list users", "ver los usuarios"},
    {"this certificate has ended, and would let nobody in: make another",
     "este certificado ha terminado y no dejaría entrar a nadie: haga otro"},
    {"end sessions", "cerrar sesiones"},
    {"name, password or code is wrong, or has to wait after too many tries",
     "el nombre, la contraseña o el código no es correcto, o hay que esperar tras demasiados intentos"},
    {"many sign in at this moment: try again in some seconds",
     "muchas personas inician sesión en este momento: intente de nuevo en unos segundos"},
    {"send at most 4096 bytes, and say how many (Content-Length)",
     "envíe 4096 bytes como máximo, y diga cuántos (Content-Length)"},
    {"X-Puente-Csrf: send the session's csrf, from a page of this node",
     "X-Puente-Csrf: envíe el csrf de la sesión, desde una página de este nodo"},
    {"this session is over: sign in again", "esta sesión terminó: iníciela de nuevo"},
    {"nobody signs in here: this is no node at work", "aquí nadie inicia sesión: no es un nodo en marcha"},
    {"sign in from a page of this node, in JSON", "inicie sesión desde una página de este nodo, en JSON"},
    {"member \"user\" must be 1 to 64 of letters, digits and . _ : -",
     "el miembro «user» debe tener de 1 a 64 letras, cifras y . _ : -"},
    {"member \"code\" must be six digits", "el miembro «code» debe tener seis cifras"},
    {"member \"password\" must have 1 to 256 bytes", "el miembro «password» debe tener de 1 a 256 octetos"},
    {"new_password: must be another one than before", "new_password: debe ser otra que antes"},
    {"a password has 12 to 256 bytes of UTF-8, five characters that differ, and is not the name: several words, for "
     "one",
     "una contraseña tiene de 12 a 256 octetos de UTF-8, cinco caracteres distintos, y no es el nombre: varias "
     "palabras, por ejemplo"},
    {"this certificate is nobody's any more", "este certificado ya no es de nadie"},
    {"no other system vouches for people here: sign in by a password",
     "aquí ningún otro sistema responde por las personas: inicie sesión con una contraseña"},
    {"there is no user of this name", "no hay ningún usuario con este nombre"},
};

}  // namespace puente::cli
