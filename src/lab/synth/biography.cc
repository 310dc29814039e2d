// Who the synthetic people say they are. Common given and family names, combined by chance; document numbers that no
// issuer could have given out.
#include <fmt/format.h>

#include <array>
#include <iterator>
#include <string>

#include "lab/synth/stream.h"
#include "lab/synth/synth.h"

namespace puente::synth {
namespace {

constexpr const char* kSpanishFamily[] = {
    "Rodríguez", "Gómez",     "González", "Martínez", "García",     "López",   "Hernández", "Sánchez",  "Pérez",
    "Díaz",      "Ramírez",   "Rojas",    "Torres",   "Moreno",     "Vargas",  "Muñoz",     "Jiménez",  "Castro",
    "Ortiz",     "Gutiérrez", "Álvarez",  "Suárez",   "Ruiz",       "Romero",  "Herrera",   "Quintero", "Valencia",
    "Cárdenas",  "Mendoza",   "Guerrero", "Medina",   "Delgado",    "Ríos",    "Contreras", "Peña",     "Salazar",
    "Guzmán",    "Arias",     "Mejía",    "Osorio",   "Cortés",     "Morales", "Cabrera",   "Zambrano", "Quispe",
    "Mamani",    "Flores",    "Chávez",   "Rivas",    "Blanco",     "Márquez", "Urdaneta",  "Figueroa", "Bermúdez",
    "Acosta",    "Palacios",  "Mosquera", "Cuesta",   "Hinestroza", "Ibarra",  "Cevallos",  "Andrade",  "Escobar",
    "Aguilar",   "Reyes",     "Cruz",     "Juárez",   "Velásquez",  "Barrios", "Cáceres"};
constexpr const char* kSpanishWomen[] = {
    "María",     "Luz",    "Ana",      "Sandra",  "Diana",   "Claudia", "Paola",     "Andrea",   "Carolina", "Daniela",
    "Valentina", "Camila", "Gabriela", "Yolanda", "Rosa",    "Gloria",  "Marlene",   "Yuliana",  "Adriana",  "Mónica",
    "Patricia",  "Isabel", "Juana",    "Lucía",   "Mariana", "Natalia", "Esperanza", "Milagros", "Karina",   "Elena"};
constexpr const char* kSpanishMen[] = {
    "José",   "Luis",     "Carlos",    "Juan",     "Jorge",  "Andrés",  "Miguel", "Jesús",    "Pedro",   "Rafael",
    "Diego",  "Fernando", "Alejandro", "Santiago", "Samuel", "Wilson",  "Óscar",  "Javier",   "Ricardo", "Daniel",
    "Manuel", "Víctor",   "Edwin",     "Yeison",   "Álvaro", "Gustavo", "Héctor", "Mauricio", "Nelson",  "Tomás"};
constexpr const char* kEnglishFamily[] = {"Smith",   "Johnson", "Williams", "Brown",  "Jones",  "Miller",
                                          "Davis",   "Wilson",  "Anderson", "Taylor", "Thomas", "Moore",
                                          "Jackson", "White",   "Harris",   "Clark",  "Lewis",  "Walker",
                                          "Hall",    "Nguyen",  "Young",    "King",   "Wright", "Baker"};
constexpr const char* kEnglishWomen[] = {"Mary",   "Jennifer", "Linda", "Elizabeth", "Susan", "Jessica",
                                         "Sarah",  "Karen",    "Nancy", "Ashley",    "Emily", "Michelle",
                                         "Amanda", "Olivia",   "Grace", "Hannah"};
constexpr const char* kEnglishMen[] = {"James",  "Robert", "John",    "Michael", "David",   "William",
                                       "Joseph", "Thomas", "Charles", "Matthew", "Anthony", "Mark",
                                       "Steven", "Andrew", "Joshua",  "Kevin"};
constexpr const char* kFrenchFamily[] = {"Jean",     "Pierre",  "Joseph", "Louis",     "Charles",  "Étienne",
                                         "François", "Désir",   "Michel", "Toussaint", "Baptiste", "Augustin",
                                         "Noël",     "Antoine", "Félix",  "Célestin"};
constexpr const char* kFrenchWomen[] = {"Marie",  "Rose",     "Mirlande", "Guerda",
                                        "Nadège", "Fabienne", "Esther",   "Darline"};
constexpr const char* kFrenchMen[] = {"Jean", "Wilner", "Frantz", "Emmanuel", "Jacques", "Ronald", "Evens", "Stanley"};

enum class Custom { kSpanish, kEnglish, kFrench };

struct Country {
  const char* code;
  int share;  // per cent of the travellers of our two countries' border posts; a guess, not a statistic
  Custom custom;
  std::array<const char*, 4> places;
};
constexpr Country kCountries[] = {
    {"COL", 32, Custom::kSpanish, {"Bogotá", "Medellín", "Cali", "Barranquilla"}},
    {"VEN", 20, Custom::kSpanish, {"Caracas", "Maracaibo", "Valencia", "San Cristóbal"}},
    {"USA", 14, Custom::kEnglish, {"Houston", "El Paso", "Miami", "Chicago"}},
    {"ECU", 8, Custom::kSpanish, {"Quito", "Guayaquil", "Cuenca", "Esmeraldas"}},
    {"MEX", 7, Custom::kSpanish, {"Ciudad de México", "Guadalajara", "Monterrey", "Tapachula"}},
    {"PER", 5, Custom::kSpanish, {"Lima", "Arequipa", "Cusco", "Trujillo"}},
    {"HTI", 4, Custom::kFrench, {"Port-au-Prince", "Cap-Haïtien", "Gonaïves", "Les Cayes"}},
    {"CUB", 3, Custom::kSpanish, {"La Habana", "Santiago de Cuba", "Camagüey", "Holguín"}},
    {"HND", 3, Custom::kSpanish, {"Tegucigalpa", "San Pedro Sula", "La Ceiba", "Choluteca"}},
    {"GTM", 2, Custom::kSpanish, {"Guatemala", "Quetzaltenango", "Escuintla", "Huehuetenango"}},
    {"SLV", 2, Custom::kSpanish, {"San Salvador", "Santa Ana", "San Miguel", "Soyapango"}}};

template <std::size_t N>
std::string one_of(Stream& stream, const char* const (&names)[N]) {
  return names[stream.below(static_cast<int>(N))];
}

const Country& drawn_country(Stream& stream) {
  int left = stream.below(100);
  for (const Country& country : kCountries) {
    if (left < country.share) return country;
    left -= country.share;
  }
  return kCountries[0];
}

std::string drawn_family_name(Stream& stream, Custom custom) {
  switch (custom) {
    case Custom::kEnglish:
      return one_of(stream, kEnglishFamily);
    case Custom::kFrench:
      return one_of(stream, kFrenchFamily);
    case Custom::kSpanish:
      break;
  }
  const std::string fathers = one_of(stream, kSpanishFamily);  // the father's first name, then the mother's
  return fathers + " " + one_of(stream, kSpanishFamily);
}

std::string drawn_given_names(Stream& stream, Custom custom, bool woman) {
  const auto draw = [&] {
    switch (custom) {
      case Custom::kEnglish:
        return woman ? one_of(stream, kEnglishWomen) : one_of(stream, kEnglishMen);
      case Custom::kFrench:
        return woman ? one_of(stream, kFrenchWomen) : one_of(stream, kFrenchMen);
      case Custom::kSpanish:
        break;
    }
    return woman ? one_of(stream, kSpanishWomen) : one_of(stream, kSpanishMen);
  };
  const std::string first = draw();
  if (!stream.chance(0.55)) return first;
  const std::string second = draw();
  return second == first ? first : first + " " + second;
}

constexpr int kToday =
    2026;  // ages are reckoned from here, not from the clock: a seed gives the same people every year

std::string drawn_birth_date(Stream& stream, bool minor) {
  // Adults 18 to 80, most of them young, as travellers are.
  const double youth = stream.uniform(0.25, 1);
  const int age = minor ? 6 + stream.below(12) : 18 + static_cast<int>(62 * youth * stream.uniform());
  const int month = 1 + stream.below(12);
  return fmt::format("{:04}-{:02}-{:02}", kToday - 1 - age, month, 1 + stream.below(28));
}

std::string drawn_document_number(Stream& stream, const char* country) {
  constexpr std::string_view kLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  std::string number = fmt::format("SYN-{}-", country);
  for (int i = 0; i < 8; ++i) number += kLetters[stream.below(static_cast<int>(kLetters.size()))];
  return number;
}

BiographicData drawn_biography(Stream& stream, bool woman, bool minor) {
  const Country& country = drawn_country(stream);
  const bool passport = stream.chance(0.6);
  return {
      {DataElement::kFamilyName, drawn_family_name(stream, country.custom)},
      {DataElement::kGivenNames, drawn_given_names(stream, country.custom, woman)},
      {DataElement::kDateOfBirth, drawn_birth_date(stream, minor)},
      {DataElement::kSex, woman ? "F" : "M"},
      {DataElement::kNationality, country.code},
      {DataElement::kPlaceOfBirth, std::string(country.places[stream.below(4)]) + ", " + country.code},
      {DataElement::kDocumentType, passport ? "passport" : "national_id"},
      {DataElement::kDocumentNumber, drawn_document_number(stream, country.code)},
      {DataElement::kDocumentIssuer, country.code},
  };
}

}  // namespace

Person make_person(std::uint64_t seed, std::uint32_t number) {
  Stream stream{seed, number, kForBiography};
  Person person{{seed, number}, {}, {}, {}};
  const bool woman = stream.chance(0.48), minor = stream.chance(0.08);
  person.biography = drawn_biography(stream, woman, minor);
  do person.alias = drawn_biography(stream, woman, minor);
  while (person.alias[DataElement::kFamilyName] == person.biography[DataElement::kFamilyName]);
  if (minor) person.guardian = fmt::format("Guardian {}", number);
  return person;
}

}  // namespace puente::synth
