// What the person whose prints are taken is told, in their language. It says what this program does; what an office
// alone knows, or does, is left blank, to be filled in by hand.
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
    who: { title: "Quién las toma", words: "Toma sus huellas esta oficina:", blanks: ["Oficina", "Funcionario", "Norma que lo permite", "Expediente, o número de la búsqueda urgente", "Se guarda hasta"] },
    parts: [
      {
        title: "Para qué",
        words: ["Para saber si esta oficina ya le conoce, por sus dedos o por el nombre y los documentos que dé, y registrarle.", "Para preguntar a otro país si le conoce, solo si un acuerdo firmado entre los dos países lo permite y para el fin que el acuerdo dice."],
      },
      {
        title: "Qué pasa con ellas",
        words: [
          "Se guardan cifradas, con los datos que usted dé, hasta la fecha escrita arriba. Después se borran.",
          "Al preguntar a otro país se envían sus huellas, el número del expediente y por qué se pregunta: la ley, qué es usted para el expediente, qué se quiere saber y con qué urgencia, y su edad o una orden judicial si el funcionario las indica. No se envía su nombre. El otro país borra las huellas cuando no le conoce, o cuando sus peritos han decidido.",
          "Una máquina solo da indicios. Si otro país pregunta y parece que se trata de usted, una persona compara las huellas (dos, si se investiga un delito) y otra decide si sale algún dato, y cuál, según el acuerdo.",
          "Cada búsqueda tiene un expediente y queda escrita en un registro que no se puede cambiar sin que se note. Si no puede esperar a un expediente, un supervisor revisa en 24 horas si era debido; si no lo era, se borra lo que se escribió de usted.",
        ],
      },
      {
        title: "Si pide asilo o protección",
        words: ["Dígalo. El funcionario puede ocultarle del país del que huye, o de todos los países si es víctima de un delito: sus preguntas ya no le encuentran por los dedos tomados aquí, y no se les pregunta por ellos.", "Si ese país ya supo de usted antes, eso no se puede deshacer."],
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
    who: { title: "Who takes them", words: "Your fingerprints are taken by this office:", blanks: ["Office", "Officer", "Law that permits it", "File, or number of the urgent search", "Kept until"] },
    parts: [
      {
        title: "What for",
        words: ["To know whether this office has met you before, by your fingers or by the name and papers that you give, and to register you.", "To ask another country whether it has met you, only where an agreement signed by both countries permits it and for the purpose that the agreement names."],
      },
      {
        title: "What happens with them",
        words: [
          "They are kept encrypted, with what you tell about yourself, until the date written above. Then they are erased.",
          "When another country is asked, your prints, the number of the file and why it is asked are sent: the law, what you are to the file, what is wanted and how urgent it is, and your age or a court's order where the officer states them. Your name is not. The other country erases the prints when it does not know you, or when its examiners have decided.",
          "A machine only gives hints. If another country asks and it may be about you, one person compares the prints (two, where a crime is investigated) and another decides whether anything leaves, and what, by the agreement.",
          "Each search has a file and is written in a log that cannot be changed without being noticed. Where it cannot wait for a file, a supervisor looks within 24 hours at whether that was right; if it was not, what was written of you is erased.",
        ],
      },
      {
        title: "If you ask for asylum or protection",
        words: ["Say so. The officer can hide you from the country that you flee from, or from every country if you are the victim of a crime: their questions then do not find you by the fingers taken here, and they are not asked about them.", "If that country knew of you before, this cannot be undone."],
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
    who: { title: "Quem as colhe", words: "As suas impressões digitais são colhidas por este serviço:", blanks: ["Serviço", "Funcionário", "Lei que o permite", "Processo, ou número da busca urgente", "Guardadas até"] },
    parts: [
      {
        title: "Para quê",
        words: ["Para saber se este serviço já conhece você, pelos dedos ou pelo nome e pelos documentos que der, e para fazer o seu registro.", "Para perguntar a outro país se conhece você, só quando um acordo assinado pelos dois países o permite e para o fim que o acordo indica."],
      },
      {
        title: "O que acontece com elas",
        words: [
          "São guardadas cifradas, com os dados que você der, até a data escrita acima. Depois são apagadas.",
          "Ao perguntar a outro país, são enviadas as suas impressões, o número do processo e o motivo: a lei, o que você é para o processo, o que se quer saber e com que urgência, e a sua idade ou uma ordem judicial, se o funcionário as indicar. O seu nome não é enviado. O outro país apaga as impressões quando não conhece você, ou quando os seus peritos decidiram.",
          "Uma máquina só dá indícios. Se outro país perguntar e parecer que se trata de você, uma pessoa compara as impressões (duas, se se investiga um crime) e outra decide se algum dado sai, e qual, segundo o acordo.",
          "Cada busca tem um processo e fica escrita em um registro que não pode ser alterado sem que se note. Se não pode esperar por um processo, um supervisor verifica em 24 horas se era devida; se não era, apaga-se o que se escreveu sobre você.",
        ],
      },
      {
        title: "Se você pede asilo ou proteção",
        words: ["Diga isso. O funcionário pode ocultar você do país de que foge, ou de todos os países se for vítima de um crime: as perguntas deles deixam de encontrar você pelos dedos colhidos aqui, e nada lhes é perguntado sobre eles.", "Se esse país já soube de você antes, isso não pode ser desfeito."],
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
    who: { title: "Qui les prend", words: "Vos empreintes digitales sont prises par ce service :", blanks: ["Service", "Agent", "Loi qui le permet", "Dossier, ou numéro de la recherche urgente", "Gardées jusqu’au"] },
    parts: [
      {
        title: "Pourquoi",
        words: ["Pour savoir si ce service vous connaît déjà, par vos doigts ou par le nom et les papiers que vous donnez, et pour vous enregistrer.", "Pour demander à un autre pays s’il vous connaît, seulement si un accord signé par les deux pays le permet et pour le but que l’accord indique."],
      },
      {
        title: "Ce qu’elles deviennent",
        words: [
          "Elles sont gardées chiffrées, avec ce que vous dites de vous, jusqu’à la date écrite plus haut. Ensuite elles sont effacées.",
          "Quand on interroge un autre pays, vos empreintes, le numéro du dossier et la raison sont envoyés : la loi, ce que vous êtes pour le dossier, ce qui est demandé et l’urgence, et votre âge ou une décision de justice si l’agent les indique. Votre nom ne l’est pas. L’autre pays efface les empreintes quand il ne vous connaît pas, ou quand ses experts ont décidé.",
          "Une machine ne donne que des indices. Si un autre pays pose une question et qu’il semble s’agir de vous, une personne compare les empreintes (deux, s’il s’agit d’un crime) et une autre décide si des données sortent, et lesquelles, selon l’accord.",
          "Chaque recherche a un dossier et est inscrite dans un journal qui ne peut être changé sans que cela se voie. Si elle ne peut attendre un dossier, un superviseur regarde dans les 24 heures si c’était justifié ; sinon, ce qui a été écrit sur vous est effacé.",
        ],
      },
      {
        title: "Si vous demandez l’asile ou une protection",
        words: ["Dites-le. L’agent peut vous cacher au pays que vous fuyez, ou à tous les pays si vous êtes victime d’un crime : leurs questions ne vous trouvent alors plus par les doigts pris ici, et rien ne leur est demandé sur eux.", "Si ce pays a déjà entendu parler de vous, cela ne peut être défait."],
      },
      { title: "Enfants", words: ["Les enfants de moins de six ans ne sont pas enregistrés.", "De six à dix-sept ans, un adulte de la famille ou quelqu’un chargé de protéger l’enfant doit être présent."] },
    ],
    rights: { title: "Ce que vous pouvez demander", words: ["Savoir ce qui est gardé sur vous.", "Faire corriger ce qui est faux, ou effacer ce qui ne doit pas y être.", "Vous plaindre si l’on vous a pris pour quelqu’un d’autre, ou si vous n’êtes pas d’accord."], blanks: ["Demandez ici", "Plaignez-vous ici"] },
    signed: ["Lieu et date", "Lu à la personne par"],
  },
};
