#include "core/person.h"

#include <algorithm>

#include "core/limits.h"

namespace puente {

const char* to_string(DataElement element) {
  switch (element) {
    case DataElement::kFamilyName:
      return "family_name";
    case DataElement::kGivenNames:
      return "given_names";
    case DataElement::kDateOfBirth:
      return "date_of_birth";
    case DataElement::kSex:
      return "sex";
    case DataElement::kNationality:
      return "nationality";
    case DataElement::kPlaceOfBirth:
      return "place_of_birth";
    case DataElement::kDocumentType:
      return "document_type";
    case DataElement::kDocumentNumber:
      return "document_number";
    case DataElement::kDocumentIssuer:
      return "document_issuer";
    case DataElement::kEncounterDate:
      return "encounter_date";
    case DataElement::kEncounterPlace:
      return "encounter_place";
  }
  return "unknown";
}

Result<DataElement> parse_data_element(std::string_view name) {
  for (int i = 0; i < kDataElementCount; ++i) {
    if (name == to_string(static_cast<DataElement>(i))) return static_cast<DataElement>(i);
  }
  return Error{Code::kInvalidInput, "unknown data element: use one of family_name, given_names, …"};
}

const char* to_string(Missing missing) {
  switch (missing) {
    case Missing::kAmputated:
      return "AMPUTATED";
    case Missing::kUnableToPrint:
      return "UNABLE_TO_PRINT";
  }
  return "UNABLE_TO_PRINT";
}

std::optional<Place> place_of(const Sample& sample) {
  if (sample.modality == Modality::kFace) return kFace;
  if (sample.modality == Modality::kIris)
    return checked_place(static_cast<int>(Modality::kIris), static_cast<int>(sample.eye));
  const std::optional<Finger> finger = finger_of(sample.position);
  return finger ? std::optional(place_of(*finger)) : std::nullopt;
}

Sample sample_at(Place place) {
  Sample out;
  out.modality = place.modality;
  if (place.modality == Modality::kFinger) out.position = capture_of(finger_at(place));
  if (place.modality == Modality::kIris) out.eye = static_cast<Eye>(place.code);
  return out;
}

const char* to_string(Coding coding) {
  switch (coding) {
    case Coding::kUnknown:
      return "unknown";
    case Coding::kPng:
      return "png";
    case Coding::kJpeg:
      return "jpeg";
    case Coding::kJpeg2000:
      return "jpeg2000";
    case Coding::kWsq:
      return "wsq";
    case Coding::kMinutiae:
      return "minutiae";
  }
  return "unknown";
}

Result<Coding> parse_coding(std::string_view name) {
  for (const Coding each :
       {Coding::kUnknown, Coding::kPng, Coding::kJpeg, Coding::kJpeg2000, Coding::kWsq, Coding::kMinutiae}) {
    if (name == to_string(each)) return each;
  }
  return Error{Code::kInvalidInput, "unknown coding: use png, jpeg, jpeg2000, wsq or minutiae"};
}

Coding coding_of(ByteView bytes) {
  using namespace std::string_view_literals;
  const std::string_view start = text(bytes).substr(0, 16);
  if (start.starts_with("\x89PNG\r\n\x1a\n"sv)) return Coding::kPng;
  if (start.starts_with("\xff\xd8\xff"sv)) return Coding::kJpeg;
  if (start.starts_with("\0\0\0\x0cjP  "sv) || start.starts_with("\xff\x4f\xff\x51"sv)) return Coding::kJpeg2000;
  if (start.starts_with("\xff\xa0"sv)) return Coding::kWsq;
  if (start.starts_with("FMR\0"sv)) return Coding::kMinutiae;
  return Coding::kUnknown;
}

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= limits::kIdBytesMax && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._:-").find(c) != std::string_view::npos;
  });
}

}  // namespace puente
