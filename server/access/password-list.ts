/**
 * Words that people build passwords from, most of them seen at the top of every published list: lower case, without
 * accents or spaces. `passwords.ts` refuses a password of which little remains once they are taken out, so each stands
 * for itself, for `Word2024!` and for two of them in a row.
 */
export const COMMON_WORDS: readonly string[] = `
password passwort passw0rd passcode passphrase pass1234 admin administrator administrador root system superuser
manager supervisor operator operador guest default changeme changeit letmein welcome master server login logon signin
secret private access secure security qwerty qwertyuiop qwertz azerty asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc
1qaz2wsx 1q2w3e4r 1q2w3e4r5t q1w2e3r4 zaq12wsx abc123 abcd1234 abcdef abcdefgh a1b2c3d4 aa123456 123qwe 123abc
qwe123 test test1234 testing demo sample temp temporary user username account service support helpdesk office
company computer internet network windows microsoft google android samsung iphone apple oracle cisco ubuntu linux
debian router switch firewall camera cameras cctv ipcam webcam surveillance monitor monitoring video onvif hikvision
hikvision12345 dahua axis bosch hanwha kbvision vivotek uniview ezviz imou reolink foscam nvrdvr recorder
iloveyou ilovegod loveyou lovely sunshine princess monkey dragon football baseball basketball soccer superman batman
spiderman pokemon naruto starwars shadow michael jordan jennifer ashley daniel thomas robert charlie jessica nicole
hunter killer freedom whatever trustno1 flower butterfly cookie chocolate banana orange cheese summer winter spring
autumn monday friday january december summertime hello helloworld goodluck lucky happy family friend forever
matkhau matkhaumoi matkhaucu matma khongco khongbiet quantri quantrivien quanly nguoidung taikhoan dangnhap hethong
maychu trungtam dieuhanh giamsat camerahanhtrinh anninh congan cansat canhsat giaothong chinhquyen uybannhandan
ubnd sothongtin tamnhin vietnam vietnamvodich hanoi hanoi1000 saigon hochiminh haiphong danang cantho hue nhatrang
dalat vungtau quangninh thanhhoa nghean bacninh binhduong dongnai khanhhoa thainguyen langson lamdong
anhyeuem emyeuanh yeuem yeuanh toiyeuban toiyeuvietnam yeuthuong tinhyeu tinhban giadinh conyeu mevaba bomeyeu
ngocanh minhanh thuylinh phuongthao tuananh hoanganh quanganh thanhtung nguyen nguyenvan nguyenthi tranvan phamvan
levan hoangvan hoanghon honganh baoanh bongda bongdavietnam maymanuocmo maiyeu mainhoanh motngay motnam hanhphuc
xinchao chaoban camon camonban khongthequen truongsa hoangsa dongho daiviet dienbien chienthang
vnpt viettel mobifone vinaphone fpttelecom vietcombank agribank
`
  .trim()
  .split(/\s+/);
