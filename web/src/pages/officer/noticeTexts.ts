// What the person whose prints are taken is told, in their language. It says what this program does and no more; what
// an office alone knows is left blank, to be filled in by hand.
export type NoticeLanguage = "es" | "en" | "pt" | "fr";
export type NoticeText = {
  name: string;
  colon: string;
  title: string;
  who: { title: string; words: string; blanks: string[] };
  parts: { title: string; words: string[] }[];
  rights: { title: string; words: string[]; blanks: string[] };
  signed: string[];
};

export const noticeTexts: Record<NoticeLanguage, NoticeText> = {
  es: {
    name: "Español",
    colon: ":",
    title: "Aviso sobre sus huellas",
    who: { title: "Quién las toma", words: "Toma sus huellas esta oficina:", blanks: ["Oficina", "Funcionario", "Norma que lo permite", "Expediente"] },
    parts: [
      {
        title: "Para qué",
        words: ["Para saber si esta oficina ya la conoce, y registrarla.", "Para preguntar a otro país si la conoce, solo si un acuerdo firmado entre los dos países lo permite y para el fin que el acuerdo dice."],
      },
      {
        title: "Qué pasa con ellas",
        words: [
          "Se guardan cifradas, con los datos que usted dé, hasta una fecha fija. Después se borran.",
          "Al preguntar a otro país se envían sus huellas, el número del expediente y por qué se pregunta: la ley, qué es usted para el expediente, qué se quiere saber y con qué urgencia, y su edad o una orden judicial si hacen falta. No se envía su nombre.",
          "Una máquina solo da indicios. Si otro país pregunta y parece que se trata de usted, una persona compara las huellas y otra decide si sale algún dato, y cuál, según el acuerdo.",
          "Cada búsqueda queda escrita en un registro que no se puede cambiar sin que se note.",
        ],
      },
      {
        title: "Si pide asilo o protección",
        words: ["Dígalo. El funcionario puede ocultarla del país del que huye: las preguntas de ese país ya no la encuentran por los dedos tomados aquí, y no se le pregunta por ellos.", "Si ese país ya supo de usted antes, eso no se puede deshacer."],
      },
      { title: "Niños", words: ["A menores de seis años no se les registra.", "De seis a diecisiete años debe estar presente un adulto de la familia o alguien encargado de protegerlos."] },
    ],
    rights: { title: "Lo que usted puede pedir", words: ["Saber qué se guarda de usted.", "Que se corrija lo que está mal o se borre lo que no debe estar.", "Reclamar si le confundieron con otra persona o no está de acuerdo."], blanks: ["Pídalo aquí", "Reclame aquí"] },
    signed: ["Lugar y fecha", "Leído a la persona por"],
  },
  en: {
    name: "English",
    colon: ":",
    title: "Notice about your prints",
    who: { title: "Who takes them", words: "Your fingerprints are taken by this office:", blanks: ["Office", "Officer", "Law that permits it", "File"] },
    parts: [
      {
        title: "What for",
        words: ["To know whether this office has met you before, and to register you.", "To ask another country whether it has met you, only where an agreement signed by both countries permits it and for the purpose that the agreement names."],
      },
      {
        title: "What happens with them",
        words: [
          "They are kept encrypted, with what you tell about yourself, until a fixed date. Then they are erased.",
          "When another country is asked, your prints, the number of the file and why it is asked are sent: the law, what you are to the file, what is wanted and how urgent it is, and your age or a court's order where needed. Your name is not.",
          "A machine only gives hints. If another country asks and it may be about you, one person compares the prints and another decides whether anything leaves, and what, by the agreement.",
          "Each search is written in a log that cannot be changed without being noticed.",
        ],
      },
      {
        title: "If you ask for asylum or protection",
        words: ["Say so. The officer can hide you from the country that you flee from: that country's questions then do not find you by the fingers taken here, and it is not asked about them.", "If that country knew of you before, this cannot be undone."],
      },
      { title: "Children", words: ["Children under six are not registered.", "From six to seventeen an adult of the family, or somebody set to protect the child, must be present."] },
    ],
    rights: { title: "What you may ask for", words: ["To know what is kept of you.", "To have corrected what is wrong, or erased what should not be there.", "To complain if you were taken for somebody else, or do not agree."], blanks: ["Ask here", "Complain here"] },
    signed: ["Place and date", "Read to the person by"],
  },
  pt: {
    name: "Português",
    colon: ":",
    title: "Aviso sobre as suas impressões digitais",
    who: { title: "Quem as colhe", words: "As suas impressões digitais são colhidas por este serviço:", blanks: ["Serviço", "Funcionário", "Lei que o permite", "Processo"] },
    parts: [
      {
        title: "Para quê",
        words: ["Para saber se este serviço já conhece você, e para fazer o seu registro.", "Para perguntar a outro país se conhece você, só quando um acordo assinado pelos dois países o permite e para o fim que o acordo indica."],
      },
      {
        title: "O que acontece com elas",
        words: [
          "São guardadas cifradas, com os dados que você der, até uma data fixa. Depois são apagadas.",
          "Ao perguntar a outro país, são enviadas as suas impressões, o número do processo e o motivo: a lei, o que é para o processo, o que se quer saber e com que urgência, e a sua idade ou uma ordem judicial, se for preciso. O seu nome não é enviado.",
          "Uma máquina só dá indícios. Se outro país perguntar e parecer que se trata de você, uma pessoa compara as impressões e outra decide se algum dado sai, e qual, segundo o acordo.",
          "Cada busca fica escrita em um registro que não pode ser alterado sem que se note.",
        ],
      },
      {
        title: "Se você pede asilo ou proteção",
        words: ["Diga isso. O funcionário pode ocultar você do país de que foge: as perguntas desse país deixam de encontrar você pelos dedos colhidos aqui, e nada lhe é perguntado sobre eles.", "Se esse país já soube de você antes, isso não pode ser desfeito."],
      },
      { title: "Crianças", words: ["Crianças com menos de seis anos não são registradas.", "Dos seis aos dezessete anos deve estar presente um adulto da família ou alguém encarregado de proteger a criança."] },
    ],
    rights: { title: "O que você pode pedir", words: ["Saber o que se guarda sobre você.", "Que se corrija o que está errado ou se apague o que não deve estar.", "Reclamar se tomaram você por outra pessoa, ou se não concorda."], blanks: ["Peça aqui", "Reclame aqui"] },
    signed: ["Lugar e data", "Lido à pessoa por"],
  },
  fr: {
    name: "Français",
    colon: "\u00a0:",
    title: "Information sur vos empreintes",
    who: { title: "Qui les prend", words: "Vos empreintes digitales sont prises par ce service :", blanks: ["Service", "Agent", "Loi qui le permet", "Dossier"] },
    parts: [
      {
        title: "Pourquoi",
        words: ["Pour savoir si ce service vous connaît déjà, et pour vous enregistrer.", "Pour demander à un autre pays s’il vous connaît, seulement si un accord signé par les deux pays le permet et pour le but que l’accord indique."],
      },
      {
        title: "Ce qu’elles deviennent",
        words: [
          "Elles sont gardées chiffrées, avec ce que vous dites de vous, jusqu’à une date fixe. Ensuite elles sont effacées.",
          "Quand on interroge un autre pays, vos empreintes, le numéro du dossier et la raison sont envoyés : la loi, ce que vous êtes pour le dossier, ce qui est demandé et l’urgence, et votre âge ou une décision de justice s’il le faut. Votre nom ne l’est pas.",
          "Une machine ne donne que des indices. Si un autre pays pose une question et qu’il semble s’agir de vous, une personne compare les empreintes et une autre décide si des données sortent, et lesquelles, selon l’accord.",
          "Chaque recherche est inscrite dans un journal qui ne peut être changé sans que cela se voie.",
        ],
      },
      {
        title: "Si vous demandez l’asile ou une protection",
        words: ["Dites-le. L’agent peut vous cacher au pays que vous fuyez : les questions de ce pays ne vous trouvent alors plus par les doigts pris ici, et rien ne lui est demandé sur eux.", "Si ce pays a déjà entendu parler de vous, cela ne peut être défait."],
      },
      { title: "Enfants", words: ["Les enfants de moins de six ans ne sont pas enregistrés.", "De six à dix-sept ans, un adulte de la famille ou quelqu’un chargé de protéger l’enfant doit être présent."] },
    ],
    rights: { title: "Ce que vous pouvez demander", words: ["Savoir ce qui est gardé sur vous.", "Faire corriger ce qui est faux, ou effacer ce qui ne doit pas y être.", "Vous plaindre si l’on vous a pris pour quelqu’un d’autre, ou si vous n’êtes pas d’accord."], blanks: ["Demandez ici", "Plaignez-vous ici"] },
    signed: ["Lieu et date", "Lu à la personne par"],
  },
};
