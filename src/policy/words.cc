#include "policy/words.h"

#include <fmt/format.h>

#include <iterator>

#include "core/clock.h"
#include "policy/document.h"

namespace puente::policy {
namespace {

struct Words {
  const char* english;
  const char* spanish;
};

Words words_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::kTravellerFacilitation:
      return {"clear a legitimate traveller faster", "agilizar el paso de viajeros legítimos"};
    case Purpose::kBorderIdentification:
      return {"identify a person met on the move", "identificar a una persona en tránsito"};
    case Purpose::kTraffickingInvestigation:
      return {"investigate trafficking in persons", "investigar la trata de personas"};
    case Purpose::kSeriousCrimeInvestigation:
      return {"investigate serious crime", "investigar delitos graves"};
    case Purpose::kMissingPersonSearch:
      return {"search for a missing person", "buscar a una persona desaparecida"};
  }
  return {to_string(purpose), to_string(purpose)};
}

Words words_of(DataElement element) {
  switch (element) {
    case DataElement::kFamilyName:
      return {"family name", "apellidos"};
    case DataElement::kGivenNames:
      return {"given names", "nombres"};
    case DataElement::kDateOfBirth:
      return {"date of birth", "fecha de nacimiento"};
    case DataElement::kSex:
      return {"sex", "sexo"};
    case DataElement::kNationality:
      return {"nationality", "nacionalidad"};
    case DataElement::kPlaceOfBirth:
      return {"place of birth", "lugar de nacimiento"};
    case DataElement::kDocumentType:
      return {"document type", "tipo de documento"};
    case DataElement::kDocumentNumber:
      return {"document number", "número de documento"};
    case DataElement::kDocumentIssuer:
      return {"document issuer", "emisor del documento"};
    case DataElement::kEncounterDate:
      return {"date of the encounter", "fecha del encuentro"};
    case DataElement::kEncounterPlace:
      return {"place of the encounter", "lugar del encuentro"};
  }
  return {to_string(element), to_string(element)};
}

Words words_of(Modality modality) {
  switch (modality) {
    case Modality::kFinger:
      return {"fingerprints", "huellas dactilares"};
    case Modality::kFace:
      return {"face", "rostro"};
    case Modality::kIris:
      return {"iris", "iris"};
  }
  return {to_string(modality), to_string(modality)};
}

Words words_of(SubjectCategory category) {
  switch (category) {
    case SubjectCategory::kSuspect:
      return {"suspects", "sospechosos"};
    case SubjectCategory::kConvicted:
      return {"convicted persons", "condenados"};
    case SubjectCategory::kVictim:
      return {"victims", "víctimas"};
    case SubjectCategory::kMissing:
      return {"missing persons", "desaparecidos"};
    case SubjectCategory::kRemains:
      return {"human remains", "restos humanos"};
    case SubjectCategory::kOther:
      return {"others", "otros"};
  }
  return {to_string(category), to_string(category)};
}

Words words_of(Aim aim) {
  switch (aim) {
    case Aim::kIdentify:
      return {"to identify", "identificar"};
    case Aim::kMoreData:
      return {"to learn more of somebody known", "saber más de alguien conocido"};
  }
  return {to_string(aim), to_string(aim)};
}

std::string day(std::int64_t ms) {
  return to_iso8601(ms).substr(0, 10);
}

class Page {
 public:
  explicit Page(Language language) : spanish_(language == Language::kSpanish) {}

  const char* say(const Words& words) const { return spanish_ ? words.spanish : words.english; }

  template <typename... Arguments>
  void line(fmt::format_string<Arguments...> words, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(text_), words, std::forward<Arguments>(arguments)...);
    text_ += '\n';
  }

  void clause(const PurposeTerms& terms) {
    line("\n  {}: {}", to_string(terms.purpose), say(words_of(terms.purpose)));
    row({"may ask", "puede preguntar"}, list(terms.may_ask, [](const std::string& country) { return country; }));
    row({"compared", "se compara"}, list(terms.modalities, [&](Modality each) { return say(words_of(each)); }));
    row({"released once two people decided", "se entrega si dos personas lo deciden"},
        list(terms.release, [&](DataElement each) { return say(words_of(each)); }));
    row({"kept for", "se conserva"}, fmt::format("{} {}", terms.retention_days, say({"days", "días"})));
    row({"questions", "preguntas"},
        fmt::format("{} {}", terms.daily_quota, say({"a day, each country", "al día, cada país"})));
    if (terms.conditions) conditions(*terms.conditions);
    row({"an examiner and a second person decide", "deciden un perito y una segunda persona"},
        say({"always", "siempre"}));
  }

  std::string take() { return std::move(text_); }

 private:
  void conditions(const Conditions& terms) {
    row({"about", "sobre"}, list(terms.subject_categories, [&](SubjectCategory each) { return say(words_of(each)); }));
    row({"in order", "con el objeto de"}, list(terms.aims, [&](Aim each) { return say(words_of(each)); }));
    row({"of the age of", "de edad"},
        fmt::format("{} {} {} {}", terms.age_from, say({"to", "a"}), terms.age_to, say({"years", "años"})));
    row({"searched in", "se busca en"}, list(terms.galleries, [](const std::string& name) { return name; }));
    row({"no hit unless the chance of a stranger is under", "sin coincidencia si el azar no es menor que"},
        list(terms.score_floors, [&](const auto& floor) {
          return fmt::format("10^-{}.{} ({})", floor.second / 10, floor.second % 10, say(words_of(floor.first)));
        }));
    row({"nationals of the asked country", "nacionales del país consultado"},
        terms.own_nationals ? say({"are found", "se encuentran"}) : say({"are never found", "nunca se encuentran"}));
    row({"about one person", "sobre una persona"},
        fmt::format("{} {}", terms.person_quota, say({"files a day", "expedientes al día"})));
    row({"decided within", "se decide en"}, fmt::format("{} {}", terms.response_hours, say({"hours", "horas"})));
    row({"passed on", "transferencia posterior"}, terms.onward_transfer == OnwardTransfer::kNever
                                                      ? say({"never", "nunca"})
                                                      : say({"with consent, each time", "con permiso, cada vez"}));
    row({"a court's order", "orden judicial"},
        terms.needs_order ? say({"needed", "necesaria"}) : say({"not needed", "no es necesaria"}));
    row({"impact assessment, SHA-256", "evaluación de impacto, SHA-256"},
        to_hex(terms.impact_assessment).substr(0, 16) + "…");
  }

  void row(const Words& label, const std::string& value) { line("    {:<48}{}", say(label), value); }

  template <typename Set, typename Name>
  std::string list(const Set& set, Name name) const {
    std::string out;
    for (const auto& each : set) out += (out.empty() ? "" : ", ") + std::string(name(each));
    return out.empty() ? say({"nothing", "nada"}) : out;
  }

  bool spanish_;
  std::string text_;
};

}  // namespace

std::string in_words(const Agreement& agreement, const std::string& problem, Language language) {
  Page page(language);
  page.line("{} {}", page.say({"Agreement", "Acuerdo"}), agreement.id);
  page.line("  {} {} {} {}", page.say({"in force from", "vigente desde el"}), day(agreement.valid_from_ms),
            page.say({"until before", "hasta antes del"}), day(agreement.valid_until_ms));
  if (!agreement.replaces.empty())
    page.line("  {} {}", page.say({"in the place of", "en lugar de"}), agreement.replaces);
  for (const Party& party : agreement.parties)
    page.line("  {} {}: {}\n      {}: {}", page.say({"party", "parte"}), party.country, party.name,
              page.say({"fingerprint of its keys and certificate", "huella de sus claves y certificado"}),
              fingerprint(party));
  if (problem.empty())
    page.line("  {}", page.say({"both signatures fit", "las dos firmas son válidas"}));
  else
    page.line("  {}: {}", page.say({"NOT IN FORCE", "SIN VIGENCIA"}), problem);
  page.line("  SHA-256 {}", to_hex(agreement.digest));
  for (const PurposeTerms& terms : agreement.purposes) page.clause(terms);
  return page.take();
}

std::string fact_sheet(const Agreement& agreement, const std::string& problem, Language language) {
  Page page(language);
  page.line("{}\n", page.say({"Fact sheet: what two countries may ask each other about a person, and what they may say",
                              "Ficha: qué pueden preguntarse dos países sobre una persona, y qué pueden responder"}));
  page.line("{}", in_words(agreement, problem, language));
  for (const Words& each :
       {Words{"Nothing is asked, compared or released that does not stand here.",
              "Nada que no figure aquí se pregunta, se compara ni se entrega."},
        Words{"Who asks keeps what was released no longer than the days above; then it is erased.",
              "Quien pregunta conserva lo entregado no más que los días indicados; después se suprime."},
        Words{
            "Each question, answer and release is an entry of a log at both sides, which shows when one was changed.",
            "Cada pregunta, respuesta y entrega es una entrada de un registro en ambos lados, que muestra si alguna se "
            "cambió."},
        Words{"To learn what is held of you, to have it corrected or erased, or to complain, turn to either:",
              "Para saber qué se conserva de usted, corregirlo o suprimirlo, o para reclamar, acuda a cualquiera:"}})
    page.line("{}", page.say(each));
  for (const Party& party : agreement.parties) page.line("  {}: {}", party.country, party.name);
  return page.take();
}

}  // namespace puente::policy
