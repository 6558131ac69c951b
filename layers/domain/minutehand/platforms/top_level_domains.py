"""How domains end, as far as it takes to see where one is in a text. Source: IANA's root zone database.

Of the endings that stand for no country, those in wide use are here. Missing are nearly all brands and most places
("barclays", "koeln").
"""

_OF_COUNTRIES = """
ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv bw by bz ca cc cd
cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gb gd ge
gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki
km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my
mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se
sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz
va vc ve vg vi vn vu wf ws ye yt za zm zw
"""
_OTHER = """
com net org edu gov mil int arpa info biz name pro mobi jobs travel tel asia cat coop museum aero post xxx academy
actor ads agency app apartments archi army art associates attorney auction audio auto autos baby band bar bargains
beauty beer berlin best bet bible bid bike bingo bio black blog blue boats boo book boutique box broker build builders
business buy buzz cab cafe cam camera camp capital car cards care career careers cars casa cash casino catering center
ceo channel charity chat cheap christmas church city claims cleaning click clinic clothing cloud club coach codes
coffee college community company compare computer condos construction consulting contact contractors cooking cool
country coupons courses credit cruises dad dance date dating day deal deals degree delivery democrat dental dentist
design dev diamonds diet digital direct directory discount diy doctor dog domains dot download earth eat eco education
email energy engineer engineering enterprises equipment esq estate eus events exchange expert exposed express fail
faith family fan fans farm fashion feedback film finance financial fish fishing fit fitness flights florist flowers
fly food football forsale forum foundation free fun fund furniture futbol fyi gallery game games garden gay gift gifts
gives giving glass global gmbh gold golf graphics gratis green gripe group guide guitars guru hair health healthcare
help hiphop hockey holdings holiday homes horse hospital host hosting hot hotels house how icu immo immobilien inc
industries ink institute insure international investments irish jetzt jewelry juegos kaufen kids kim kitchen land lat
law lawyer lease legal lgbt life lifestyle lighting like limited limo link live living llc loan loans lol london lotto
love ltd ltda luxe luxury makeup management map market marketing markets mba media meet meme memorial men menu mobile
moda moe mom money monster mortgage mov movie music navy network new news nexus ngo ninja now nyc one ong onl online
ooo organic page paris partners parts party pay pet pharmacy phd phone photo photography photos physio pics pictures
pink pizza place play plumbing plus poker porn press prime productions prof promo properties property protection pub
quest racing radio read realestate realty recipes red rehab reise reisen rent rentals repair report republican rest
restaurant review reviews rich rip rocks rodeo room rsvp rugby run safe sale salon sarl save school schule science
search security services sexy shoes shop shopping show singles site ski skin soccer social software solar solutions
soy spa space spot storage store stream studio study style sucks supplies supply support surf surgery swiss systems
talk tattoo tax taxi team tech technology tennis theater theatre tickets tienda tips tires today tokyo tools top tours
town toys trade trading training tube university uno vacations vegas ventures vet viajes video villas vin vip vision
vodka vote voting voyage wang watch watches weather web webcam website wed wedding wiki win wine work works world wow
wtf xyz yachts yoga you zero zip zone bzh cymru scot wales wien hamburg google goog youtube apple microsoft amazon
"""
_IN_OTHER_SCRIPTS = """
한국 닷넷 닷컴 香港 澳門 新加坡 台灣 台湾 中國 中国 公司 网络 网址 网店 网站 中文网 公益 政务 政府 组织机构
机构 移动 游戏 商店 商城 商标 在线 集团 我爱你 手机 购物 餐厅 世界 新闻 信息 健康 广东 佛山 みんな コム ストア
セール ファッション ポイント クラウド ไทย คอม ລາວ გე հայ рф рус укр бел бг мкд мон срб қаз ею ком онлайн орг
сайт дети москва католик ευ ελ ישראל קום امارات ایران بازار شبكة عراق عرب عمان فلسطين قطر كوم مصر مليسيا موقع
موريتانيا همراه پاکستان الاردن البحرين الجزائر السعودية المغرب تونس سودان سورية بارت بھارت ڀارت भारत भारतम्
भारोत संगठन कॉम नेट বাংলা ভারত ভাৰত ਭਾਰਤ ભારત ଭାରତ இந்தியா இலங்கை சிங்கப்பூர் భారత్ ಭಾರತ ഭാരതം ලංකා
"""  # noqa: RUF001 (they are meant as they are)

COUNTRY_CODES = frozenset(_OF_COUNTRIES.split())
"""Of countries and territories; nearly all are the codes that their flags are made of."""
TOP_LEVEL_DOMAINS = COUNTRY_CODES.union(_OTHER.split())
NON_LATIN_TOP_LEVEL_DOMAINS = frozenset(_IN_OTHER_SCRIPTS.split())
