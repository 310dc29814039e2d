// Between other people's minutiae records and templates that finger compares. Pure functions; any thread.
//
// A record of ISO/IEC 19794-2 or ANSI INCITS 378 has points alone, no ridges, so its comparison is that of templates
// without cells (modality/finger/finger.h): about 0.2 % EER where images give 0.05 %; docs/conformance.md has figures.
// ISO and ANSI place an ending at the fork of the valleys around it, as our extraction does; card formats, and ISO 2011
// if it says so, may place it at the end of the ridge's skeleton, half a ridge further: within what comparison
// forgives. All measure directions counter-clockwise from the right; ANSI in steps of 2 degrees, ISO of 1.4, compact
// cards of 5.6.
#pragma once
#include <string>
#include <string_view>

#include "core/place.h"
#include "format/iso/iso.h"
#include "modality/finger/finger.h"

namespace puente::intake {

// A view as a template at 500 ppi; of over 200 minutiae the best. kInvalidInput: a resolution that no scanner has, or
// no minutiae.
Result<finger::Template> to_template(const format::MinutiaeView& view, format::MinutiaeFormat format);

// A template as a record of one view: of at most 255 minutiae, at 500 ppi (cards: hundredths or tenths of a millimetre;
// of a print wider than the 25.5 mm of compact cards the middle). quality: of the image, 0..100, or 254: not known.
format::MinutiaeRecord to_minutiae_record(const finger::Template& features, format::MinutiaeFormat format,
                                          Finger position = Finger::kUnknown, int quality = 254);

// A card template (ISO/IEC 19794-2, 5 or 3 bytes a minutia and nothing else) as a record of 19794-2:2005 that says the
// same: nothing marks a card, so somebody must say what it is, by its format's name, "card" or "card-compact".
// kInvalidInput: no such name, or bytes that are none.
Result<Bytes> card_as_record(ByteView card, std::string_view format_name);

// The file as it is; where nothing in it tells what it is and `card` names a format of these two, that record.
Result<Bytes> told_as(Bytes file, std::string_view card);

// As NIST's bozorth3 reads minutiae, and mindtct writes them ("*.xyt"): a line each, "x y theta quality", at 500 ppi
// with the origin at the bottom left; theta in whole degrees, 0 to 359, counter-clockwise from the right, away from the
// ridge that ends or the valley that a fork encloses: against ISO's and ours. Of over 200 minutiae the best.
std::string to_xyt(const finger::Template& features);

}  // namespace puente::intake
