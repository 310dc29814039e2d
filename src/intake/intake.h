// intake: the one road from bytes that somebody sends to prints that can be compared, for service, command line and
// laboratory alike; and back out again, as what may leave. Records are opened, slaps cut apart, the order of fingers
// checked, features extracted, encoded and sketched, each once a sample. Faces and irises are carried, not compared.
// What a sample's bytes are is told here, and nobody asks again (Sample::coding). Pure functions but those that read a
// file; any thread. Errors name what to do; bytes are hostile until they have come through here.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/patience.h"
#include "core/person.h"
#include "intake/minutiae.h"
#include "modality/finger/finger.h"

namespace puente::intake {

enum class Depth {
  kOpened,      // records became samples; nothing is decoded, positions are as they were stated
  kExtracted,   // and their prints: what a verification needs, and a question before it leaves
  kSearchable,  // and each print encoded and sketched: what is searched and kept
};
enum class Keep {  // of the decoded images, beyond the sample that they are of; each may be 24 MB
  kNoImages,
  kCuts,  // of prints cut from slaps: what bare() encodes
  kImages,
};

// One finger's print. A sample gives one, or two where a second print lies on the same paper (`second`: either may be
// meant, so both are compared and kept); a slap up to four, a record of minutiae one a view. Where the print that was
// meant cannot be read, the second one stands alone: kept, but under no finger, and nobody is asked for by it.
struct Print {
  Place place;                        // unknown where a slap leaves doubt, and of a second print
  Finger in_slap = Finger::kUnknown;  // which finger of a slap it lies as; else unknown
  Cut cut;                            // its sample, and where in it
  bool second = false;                // the lesser of two on one paper; follows the other, if that is read; gives way
  finger::Quality quality{};          // of minutiae alone 0
  finger::Template features{};
  Bytes encoded{};          // finger::encode; from kSearchable on, as the sketch
  finger::Sketch sketch{};  // of minutiae alone empty
  double ppi = 0;           // of its image, as the sender or the file says; 0: neither does, and 500 was taken
  Image image{};            // as it was extracted, if kept
};

struct Taken {
  Encounter encounter;                 // samples with their coding, missing fingers, names; ids are the receiver's
  std::vector<std::string> left_out;   // what was sent and is not in it, and why, a line each
  std::vector<std::string> remarks;    // what is in it, though not as it was sent, likewise
  std::vector<Print> prints;           // in the order of the samples, of a slap from left to right
  std::vector<SampleQuality> quality;  // of every finger and slap, unusable ones as well
};

// Samples as they were sent, each told by its content: an image stays the sample it was, a record becomes the samples
// in it, with the position and resolution that the sender states. kInvalidInput: nothing sent; a position that is no
// finger's and no slap's; minutiae said to be of a slap; a slap whose fingers are not those of the single prints beside
// it; damaged bytes. kTooLarge: over a limit of core/limits.h. kNoFeatures: no print that can be used, with the last
// reason. kUnsupported: files that are not read.
Result<Taken> take_in(std::vector<Sample> sent, Depth depth, Keep keep = Keep::kNoImages);

// The same of what a partner asks with: single fingers, as images or minutiae. Anything else is kInvalidInput, and no
// record is opened for what may be in it. Of each position the first print counts, no second one, of all together the
// first limits::kProbePrintsMax: more tells no more of a person, and costs. kTooLarge: over the limits of a probe's
// pixels, which are asked of the files before any is decoded. kDeadlineExceeded: `patience` is over.
Result<Taken> take_in_probe(std::vector<Sample> probe, Depth depth, Keep keep = Keep::kNoImages,
                            const Patience* patience = nullptr);
// What a probe will cost, as its files say: pixels of its images. Linear in their headers.
std::int64_t pixels_of(const std::vector<Sample>& probe);

// Whether somebody may be looked for with this: kNoFeatures where all prints are second ones, who lie beside a print
// that cannot be read.
Status check_asks(const Taken& taken);

// What may leave to a partner: prints one by one, single ones before those from slaps, each position once, at most
// limits::kProbePrintsMax: what take_in_probe of the other side looks at. A single print keeps
// its coding to the bit and loses the words that came with it (format::bare_image; of minutiae when, where and with
// what they were captured); one from a slap is a new image, a PNG. Of Depth::kExtracted or more; with Keep::kCuts no
// slap is decoded for it again.
Result<std::vector<Sample>> bare(const Taken& taken);

// The image that a print was extracted from, made again from its sample. kInvalidInput: minutiae have none.
Result<Image> picture_of(const Sample& sample, const Cut& cut);
Image cut_out(const Image& slap, const Cut& cut);  // of one that is decoded already

// A finger's image that was kept without loss, as WSQ of 0.75 bits a pixel: about 15:1, as the field keeps archives at
// 500 ppi. Its size stays, so that cuts of it hold. The sample as it came where that is not wanted: lossy already, as
// WSQ, JPEG and most JPEG 2000 are; more than one channel of 8 bits; finer or coarser than 500 ppi, which WSQ was
// made for; under 64 pixels a side; minutiae, faces, irises. What it costs a comparison: docs/accuracy.md.
Sample as_wsq(Sample sample);

// ---- samples at rest ------------------------------------------------------------------------------------------------
// As one byte string, for what is kept sealed: a question in the outbox, a case's probe (docs/formats/samples.md).
Bytes encode_samples(const std::vector<Sample>& samples);
Result<std::vector<Sample>> decode_samples(ByteView bytes);  // kCorrupt

// ---- one file, as people name it on a command line ------------------------------------------------------------------
// Of a record the first sample. ppi replaces what the file says unless it is 0. Messages of the last two name the file.
Result<Image> read_image(ByteView bytes, double ppi = 0);
Result<Image> read_image_file(const std::string& path, double ppi = 0);
// A print: an image, a record or a template of our own, of Depth::kExtracted. Its cut says nothing.
Result<Print> read_print(ByteView bytes, double ppi = 0, Keep keep = Keep::kNoImages);
Result<Print> read_print_file(const std::string& path, double ppi = 0, Keep keep = Keep::kNoImages);

// A slap's fingers, cut out upright at 500 ppi, each with what was extracted or why nothing was. Errors: those of
// finger::segment_slap.
struct TakenApart {
  struct Piece {
    Image image;
    Result<finger::Extraction> extraction;
  };
  finger::Slap slap;
  std::vector<Piece> pieces;  // beside slap.fingers
};
Result<TakenApart> take_apart(const Image& slap, FingerCapture position, std::span<const Finger> missing = {});

}  // namespace puente::intake
