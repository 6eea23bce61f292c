/**
 * Texts that naive systems change, refuse or break on. All are allowed, and come back as they were
 * sent.
 */
export const oddTexts: [name: string, text: string][] = [
  ['emoji of many code points', 'family 👨‍👩‍👧‍👦, flag 🇪🇬, skin 👍🏽, heart ❤️'],
  ['Arabic with marks', 'السَّلامُ عليكم ورحمة الله'],
  ['Hebrew with points', 'שָׁלוֹם עוֹלָם'],
  ['Chinese, Japanese, Korean', '你好，世界。こんにちは 한국어 𠮷野家'],
  ['Thai and Devanagari', 'สวัสดีครับ नमस्ते दुनिया'],
  ['combining marks, not composed', 'Cafe\u0301 Zu\u0308rich a\u0300\u0301\u0302\u0303\u0304'],
  ['combining marks, composed', 'Café Zürich Đà Nẵng'],
  ['letters that fold oddly', 'İstanbul ΣΑΣ straße ﬁ Ǆ K Å'],
  ['quotes and backslashes', `"double" 'single' \`back\` \\ \\\\ \\n \\u0041 \\' \\"`],
  ['HTML and script', '<script>alert("x")</script> &amp; &lt; <b>'],
  ['SQL', "'; DROP TABLE messages; -- \u0060 %' OR '1'='1"],
  ['templates and formats', '$' + '{jndi:ldap://x} {{7*7}} %s %d %00 $1 \\0 #{x}'],
  ['wildcards and operators', '* ? % _ ~ + - = && || > < ! ( ) { } [ ] ^ : / AND OR NOT'],
  ['line breaks of every kind', 'a\nb\r\nc\rd\u2028e\u2029f\u0085g\u000bh\u000c'],
  ['white space around', ' \t two  spaces \u00a0\u3000 '],
  ['controls', 'bell \u0007 escape \u001b delete \u007f \u0001\u001f\u009f'],
  [
    'directions and invisible ones',
    '\u202eright\u202c \u200bzero\u200d \u2066x\u2069 soft\u00adhyphen',
  ],
  ['a byte order mark', '\ufeffbom\ufeff'],
  ['what SQS refuses unescaped', 'x\ufffe\uffffy'],
  ['noncharacters and the last code point', '\ufdd0 \u{1fffe} \u{10ffff} \u{f0000}'],
  ['a replacement character', 'a\ufffdb'],
  ['JSON in text', '{"id":1,"body":null}'],
  ['numbers and words of other types', '007 1e400 NaN null undefined true'],
]
