// Records of ISO/IEC JTC 1/SC 37 and their American cousins, bytes in, plain values out, and back:
//   image_record.h     ISO/IEC 19794-4, -5 and -6: fingers, faces, irises, editions of 2005 and 2011
//   iso39794.h         ISO/IEC 39794-4, -5 and -6, their successors in ASN.1
//   minutiae_record.h  ISO/IEC 19794-2, ANSI INCITS 378
//   ber.h              what passports and PIV cards keep records in
//   cbeff.h            ISO/IEC 19785-3: CBEFF in XML, which holds any of them
// Each `check_…` names every departure from its standard, as deviations.h gathers them. Pure functions; any thread.
#pragma once
#include "format/iso/ber.h"
#include "format/iso/cbeff.h"
#include "format/iso/deviations.h"
#include "format/iso/image_record.h"
#include "format/iso/iso39794.h"
#include "format/iso/minutiae_record.h"
