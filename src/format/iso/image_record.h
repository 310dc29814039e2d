// Images of fingers, faces and irises as other people's systems exchange them: ISO/IEC 19794-4, -5 and -6, editions of
// 2005 and 2011 (passports, MOSIP). Numbers stay in the record's own codes, so that what is read is written again byte
// for byte. Plain values; pure functions; any thread.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/bytes.h"
#include "core/image.h"
#include "core/result.h"
#include "format/iso/capture.h"

namespace puente::format {

enum class ImagePart { kFinger = 4, kFace = 5, kIris = 6 };  // of ISO/IEC 19794

struct FacePoint {  // a feature or landmark point
  std::uint8_t type = 1, code = 0;
  std::uint16_t x = 0, y = 0, z = 0;  // z: reserved in 2005
  bool operator==(const FacePoint&) const = default;
};

// What a view says of one part alone. Members that an edition does not have stay 0; image_record.cc's tables say which
// has what.
struct FingerView {
  std::uint32_t view_count = 0, impression = 0;
  std::uint32_t scale_units = 1;                                   // 1: resolutions are of an inch, 2: of a centimetre
  std::uint32_t scan_x = 0, scan_y = 0, image_x = 0, image_y = 0;  // resolutions
  std::uint32_t reserved = 0, header_reserved = 0;
  bool operator==(const FingerView&) const = default;
};
struct FaceView {
  std::uint32_t gender = 0, eye_colour = 0, hair_colour = 0, subject_height = 0, properties = 0, expression = 0;
  std::uint32_t yaw = 0, pitch = 0, roll = 0, yaw_uncertainty = 0, pitch_uncertainty = 0, roll_uncertainty = 0;
  std::uint32_t image_type = 0, colour_space = 0, source_type = 0, device_type = 0;
  std::uint32_t sampling_rate = 0, processing = 0, cross_reference = 0;
  std::vector<FacePoint> points;
  bool operator==(const FaceView&) const = default;
};
struct IrisView {
  std::uint32_t image_type = 0, image_properties = 0, iris_diameter = 0, transformation = 0, range = 0;
  std::uint32_t roll = 0, roll_uncertainty = 0;
  std::uint32_t x_smallest = 0, x_largest = 0, y_smallest = 0, y_largest = 0, diameter_smallest = 0,
                diameter_largest = 0;
  bool operator==(const IrisView&) const = default;
};

// One image, and what all parts say of it.
struct ImageView {
  Capture capture;                                  // 2011
  std::uint32_t quality = 0;                        // 2005
  std::uint32_t position = 0;                       // of the finger (ANSI/NIST-ITL code), or the eye: 1 right, 2 left
  std::uint32_t view_number = 0;                    // not of a face
  std::uint32_t width = 0, height = 0, depth = 0;   // pixels; bits a pixel, not of a face
  std::uint32_t compression = 0;                    // the part's and edition's own code
  std::variant<FingerView, FaceView, IrisView> of;  // in the order of ImagePart

  Bytes image;     // WSQ, JPEG, JPEG 2000, PNG or pixels, as it stands
  Bytes extended;  // 2011: what follows the image: segmentation, annotation, comments, three-dimensional data

  ImagePart part() const { return static_cast<ImagePart>(of.index() + static_cast<std::size_t>(ImagePart::kFinger)); }
  // A view of one part that is asked for another's is our own bug.
  FingerView& finger();
  FaceView& face();
  IrisView& iris();
  const FingerView& finger() const;
  const FaceView& face() const;
  const IrisView& iris() const;

  bool operator==(const ImageView&) const = default;
};

struct ImageRecordHeader {
  ImagePart part = ImagePart::kFinger;
  int edition = 2011;                                       // or 2005
  char version[4] = {};                                     // as it stands; zeros: the edition's own
  std::uint32_t capture_device = 0, acquisition_level = 0;  // 2005
  bool ansi = false;  // ANSI INCITS 381-2004: finger 2005 with a product identifier in its header
  std::uint32_t product_owner = 0, product_type = 0;  // of it, as CBEFF has them
  std::uint32_t positions = 0;      // how many fingers or eyes, as the record says; 0: counted when written
  std::uint32_t header_bytes = 45;  // iris 2005
  std::uint32_t temporal = 0;       // face 2011
  bool certified = false;           // 2011
  std::string device_id;            // iris 2005: 16 bytes
  bool from_39794 = false;          // its codes are those of ISO/IEC 39794, which go further
  bool operator==(const ImageRecordHeader&) const = default;
};

struct Eye2005 {
  std::uint8_t eye = 0;
  std::uint16_t images = 0;
  bool operator==(const Eye2005&) const = default;
};

struct ImageRecord : ImageRecordHeader {
  std::vector<ImageView> views;   // those of finger and iris 2005 share resolution, depth and compression
  std::vector<Eye2005> eyes;      // iris 2005: how views are grouped; empty: those of one eye that follow one another
  Bytes after;                    // bytes after the last view: none in a sound one
  std::int64_t length_error = 0;  // the length that the record states, less the one it has; 0 in a sound one

  ImageView& add_view();  // of the record's part

  bool operator==(const ImageRecord&) const = default;
};

// Whether a record begins so: "FIR", "FAC" or "IIR".
bool is_image_record(ByteView bytes);

// ISO/IEC 19794-4:2005 and ANSI INCITS 381-2004 begin alike: which of them ends where it says tells them apart.
// Views are read by their own lengths: a record's that is off is kept and no error, unless it says that another view
// follows. kInvalidInput: truncated, or lengths that contradict one another; kUnsupported: another version. Codes that
// the standards reserve are kept and no error; check tells of them.
Result<ImageRecord> read_image_record(ByteView bytes);
// kInvalidInput: numbers that the edition has no room for, views of another part, other eyes than views.
Result<Bytes> write_image_record(const ImageRecord& record);
// Deviations, one line each, the first thousand: of the fields, and of what an image says of itself from what they say.
std::vector<std::string> check_image_record(const ImageRecord& record);

// A view's pixels, gray or RGB, with the record's resolution, and its image's where the record states none that a
// scanner makes. Errors: those of decode_image; kInvalidInput: other than width times height pixels; kUnsupported:
// pixels of other than 8 bits a channel, or 9 to 16 of gray, of which 8 are kept. `remarks`: as of decode_image.
Result<Image> decode_view(const ImageRecord& record, const ImageView& view,
                          std::vector<std::string>* remarks = nullptr);
// Whether the view's bytes are pixels by themselves. An image file is known by its content, whatever the code says: but
// for as many bytes as pixels should have.
bool holds_pixels(const ImageRecord& record, const ImageView& view);
// Pixels an inch, as the record states them; 0: not at all, or none that a scanner makes, or no finger.
double stated_ppi(const ImageView& view);

// Names and values in the record's order, for people: of view 0 … or of the header, -1.
std::vector<std::pair<std::string_view, std::uint32_t>> describe(const ImageRecord& record, int view);

}  // namespace puente::format
