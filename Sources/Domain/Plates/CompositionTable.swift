/// The canonical compositions of upper-case Latin, Greek, Cyrillic and of kana letters, from UnicodeData.txt.
///
/// Unicode promises never to change them. Lower case is not here because it is gone before composition.
enum CompositionTable {
    /// A mark, and then in turn a letter and what the letter and the mark become.
    private static let rows: [(mark: Unicode.Scalar, pairs: String)] = [
        ("\u{300}", "AÀEÈIÌOÒUÙÜǛNǸЕЀИЍĒḔŌṐWẀÂẦĂẰÊỀÔỒƠỜƯỪYỲἈἊἉἋἘἚἙἛἨἪἩἫἸἺἹἻὈὊὉὋὙὛὨὪὩὫΑᾺΕῈΗῊ᾿῍ΙῚ῾῝ΥῪ¨῭"),
        ("\u{300}", "ΟῸΩῺ"),
        ("\u{301}", "AÁEÉIÍOÓUÚYÝCĆLĹNŃRŔSŚZŹÜǗGǴÅǺÆǼØǾ¨΅ΑΆΕΈΗΉΙΊΟΌΥΎΩΏϒϓГЃКЌÇḈĒḖÏḮKḰMḾÕṌŌṒPṔŨṸWẂÂẤĂẮ"),
        ("\u{301}", "ÊẾÔỐƠỚƯỨἈἌἉἍἘἜἙἝἨἬἩἭἸἼἹἽὈὌὉὍὙὝὨὬὩὭ᾿῎῾῞"),
        ("\u{302}", "AÂEÊIÎOÔUÛCĈGĜHĤJĴSŜWŴYŶZẐẠẬẸỆỌỘ"),
        ("\u{303}", "AÃNÑOÕIĨUŨVṼÂẪĂẴEẼÊỄÔỖƠỠƯỮYỸ"),
        ("\u{304}", "AĀEĒIĪOŌUŪÜǕÄǞȦǠÆǢǪǬÖȪÕȬȮȰYȲИӢУӮGḠḶḸṚṜΑᾹΙῙΥῩ"),
        ("\u{306}", "AĂEĔGĞIĬOŎUŬУЎИЙЖӁАӐЕӖȨḜẠẶΑᾸΙῘΥῨ"),
        ("\u{307}", "CĊEĖGĠIİZŻAȦOȮBḂDḊFḞHḢMṀNṄPṖRṘSṠŚṤŠṦṢṨTṪWẆXẊYẎ"),
        ("\u{308}", "AÄEËIÏOÖUÜYŸΙΪΥΫϒϔЕЁІЇАӒӘӚЖӜЗӞИӤОӦӨӪЭӬУӰЧӴЫӸHḦÕṎŪṺWẄXẌ"),
        ("\u{309}", "AẢÂẨĂẲEẺÊỂIỈOỎÔỔƠỞUỦƯỬYỶ"),
        ("\u{30A}", "AÅUŮ"),
        ("\u{30B}", "OŐUŰУӲ"),
        ("\u{30C}", "CČDĎEĚLĽNŇRŘSŠTŤZŽAǍIǏOǑUǓÜǙGǦKǨƷǮHȞ"),
        ("\u{30F}", "AȀEȄIȈOȌRȐUȔѴѶ"),
        ("\u{311}", "AȂEȆIȊOȎRȒUȖ"),
        ("\u{313}", "ΑἈΕἘΗἨΙἸΟὈΩὨ"),
        ("\u{314}", "ΑἉΕἙΗἩΙἹΟὉΥὙΩὩΡῬ"),
        ("\u{31B}", "OƠUƯ"),
        ("\u{323}", "BḄDḌHḤKḲLḶMṂNṆRṚSṢTṬVṾWẈZẒAẠEẸIỊOỌƠỢUỤƯỰYỴ"),
        ("\u{324}", "UṲ"),
        ("\u{325}", "AḀ"),
        ("\u{326}", "SȘTȚ"),
        ("\u{327}", "CÇGĢKĶLĻNŅRŖSŞTŢEȨDḐHḨ"),
        ("\u{328}", "AĄEĘIĮUŲOǪ"),
        ("\u{32D}", "DḒEḘLḼNṊTṰUṶ"),
        ("\u{32E}", "HḪ"),
        ("\u{330}", "EḚIḬUṴ"),
        ("\u{331}", "BḆDḎKḴLḺNṈRṞTṮZẔ"),
        ("\u{342}", "ἈἎἉἏἨἮἩἯἸἾἹἿὙὟὨὮὩὯ¨῁᾿῏῾῟"),
        ("\u{3099}", "かがきぎくぐけげこごさざしじすずせぜそぞただちぢつづてでとどはばひびふぶへべほぼうゔゝゞカガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブ"),
        ("\u{3099}", "ヘベホボウヴワヷヰヸヱヹヲヺヽヾ"),
        ("\u{309A}", "はぱひぴふぷへぺほぽハパヒピフプヘペホポ"),
    ]

    struct Pair: Hashable {
        let base: Unicode.Scalar
        let mark: Unicode.Scalar
    }

    static let compositions: [Pair: Unicode.Scalar] = {
        var table: [Pair: Unicode.Scalar] = [:]
        for (mark, pairs) in rows {
            var letters = pairs.unicodeScalars.makeIterator()
            while let base = letters.next(), let composed = letters.next() {
                table[Pair(base: base, mark: mark)] = composed
            }
        }
        return table
    }()

    static let decompositions: [Unicode.Scalar: Pair] = {
        var table: [Unicode.Scalar: Pair] = [:]
        for (pair, composed) in compositions {
            table[composed] = pair
        }
        return table
    }()
}
