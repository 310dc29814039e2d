// libpuente: fingerprints compared, without a node. An image becomes a print, two prints give a score, and the score
// says how often a stranger is so alike. A C interface, which every language can call; puente.hpp makes it convenient
// in C++.
//
//   Values    A print is made whole and never changes. Everything else is a plain value.
//   Threads   Any thread may call anything; any number of threads may compare the same print. A print is freed once,
//             when nobody uses it any more. puente_message() is the calling thread's own.
//   Errors    What can fail returns a code, and leaves its results as they were. puente_message() then says what to do,
//             in one line. Null where something is needed is PUENTE_INVALID_INPUT.
//   Hostile   Bytes may be anybody's: sizes are bounded before anything is allocated. Images: PNG, JPEG, JPEG 2000,
//             WSQ, TIFF, BMP, PNM; records of fingerprints that have one print; told by their content.
//   Stability What is here keeps its name, numbers and meaning as long as the library is libpuente.so.0; functions may
//             be added. Templates that any version wrote are read by all later ones.
#pragma once

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define PUENTE_API __attribute__((visibility("default")))
#else
#define PUENTE_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum puente_code {
  PUENTE_OK = 0,
  PUENTE_INVALID_INPUT = 1, /* not what it must be */
  PUENTE_TOO_LARGE = 2,
  PUENTE_UNSUPPORTED = 3, /* recognised, and not read */
  PUENTE_NO_FEATURES = 4, /* an image without a usable fingerprint */
  PUENTE_INTERNAL = 16    /* out of memory; or this processor computes other scores than were tested: do not compare */
} puente_code;

PUENTE_API const char* puente_version(void); /* "0.1.0" */
PUENTE_API const char* puente_message(void); /* of this thread's last call that failed; valid until its next one */

/* ---- prints ---- */

typedef struct puente_print puente_print;

/* Bytes that the library made. Free them with puente_free_bytes. */
typedef struct puente_bytes {
  uint8_t* data;
  size_t size;
} puente_bytes;
PUENTE_API void puente_free_bytes(puente_bytes* bytes);

/* ppi: pixels an inch, where the file does not say or is wrong; 0: as the file says, and 500 where it does not. */
PUENTE_API puente_code puente_print_of_image(const uint8_t* file, size_t size, double ppi, puente_print** print);
/* Gray, row by row, 0 black, without gaps. */
PUENTE_API puente_code puente_print_of_pixels(const uint8_t* pixels, int width, int height, double ppi,
                                              puente_print** print);
PUENTE_API void puente_free_print(puente_print* print); /* may be null */

/* Templates. The own one is the better: a record of minutiae does not hold the ridges between them. */
typedef enum puente_format {
  PUENTE_FORMAT_OWN = 0,
  PUENTE_FORMAT_ISO_19794_2_2005 = 1,
  PUENTE_FORMAT_ISO_19794_2_2011 = 2,
  PUENTE_FORMAT_ANSI_378_2004 = 3
} puente_format;
PUENTE_API puente_code puente_print_write(const puente_print* print, puente_format format, puente_bytes* bytes);
/* Any of these, told by its content. */
PUENTE_API puente_code puente_print_read(const uint8_t* bytes, size_t size, puente_print** print);

/* 0 to 100 of a print that was made of an image; -1: not known, of a template. */
PUENTE_API int puente_print_quality(const puente_print* print);
/* Why it is not better, worst first, as words that keep their meaning: "too_dry", "several_fingers",
 * "implausible_resolution" (the print will be found by nobody: give ppi), "resolution_assumed" (no file said it); all
 * of them and what to do: docs/operations.md. Valid as long as the print; null: there are not so many. Of a template or
 * a record: none. */
PUENTE_API const char* puente_print_reason(const puente_print* print, size_t number);

typedef struct puente_minutia {
  float x, y;      /* pixels at 500 ppi from the image's top left, y downwards */
  float direction; /* radians, 0 to 2 pi, counter-clockwise from +x, as ISO/IEC 19794-2 has it */
  int type;        /* 0 other, 1 a ridge ends, 2 it forks */
  int quality;     /* 0 to 100; 0: not known */
} puente_minutia;
PUENTE_API size_t puente_print_minutiae(const puente_print* print); /* how many */
PUENTE_API puente_code puente_print_minutia(const puente_print* print, size_t number, puente_minutia* minutia);

/* ---- comparison ---- */

/* 0 and up. Tolerates any rotation, shift, partial overlap and the bending of skin. Not SourceAFIS's scale: 40 claims
 * that one stranger in 10,000 is so alike, and 10 more are ten times rarer. Scores of several fingers may be added. */
PUENTE_API puente_code puente_compare(const puente_print* probe, const puente_print* reference, double* score);

/* The false match rate that a score claims, in (0, 1]: 10^(-score/10). What it was measured on, and where it is an
 * extrapolation: docs/accuracy.md. */
PUENTE_API double puente_false_match_rate(double score);

#ifdef __cplusplus
}
#endif
