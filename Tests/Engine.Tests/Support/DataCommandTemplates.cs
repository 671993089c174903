using OrleansKv.Engine.Commands.Text;

namespace OrleansKv.Engine.Tests.Support;

/// <summary>
/// Every data command as templates of <see cref="CommandGenerator"/>, over few keys. Deadlines are over or far away; GT and LT stand with
/// absolute ones only, so that an answer does not depend on the millisecond it was given in.
/// </summary>
internal static class DataCommandTemplates
{
    public static readonly string[] Keys = ["k0", "k1", "k2", "k3", "{t}a", "{t}b", "", "k\n\0\u00ff"];

    public static readonly string[] All =
    [
        "GET @k", "SET @k @v", "SET @k @v", "SET @k @v [ NX | XX | GET | KEEPTTL | EX @in | PX @in | EXAT @later | PXAT @laterms ]*",
        "SETNX @k @v",
        "SETEX @k @in @v", "PSETEX @k @in @v", "GETSET @k @v", "GETDEL @k",
        "GETEX @k [ EX @in | PX @in | EXAT @at | PXAT @atms | PERSIST ]*",
        "MGET { @k }*", "MSET { @k @v }*", "MSETNX { @k @v }*", "APPEND @k @v", "STRLEN @k", "GETRANGE @k @i @i", "SUBSTR @k @i @i",
        "SETRANGE @k @o @v",
        "INCR @k", "DECR @k", "INCRBY @k @i", "DECRBY @k @i", "INCRBYFLOAT @k @f",
        "LCS @k @k [ LEN | IDX | MINMATCHLEN @i | WITHMATCHLEN ]*",
        "SETBIT @k @bit @01", "GETBIT @k @bit", "BITCOUNT @k [ @i ]*", "BITCOUNT @k @i @i { BYTE | BIT }", "BITPOS @k @01 [ @i ]*",
        "BITPOS @k @01 @i @i { BYTE | BIT }",
        "BITOP { AND | OR | XOR | NOT } @k { @k }*", "BITOP NOT @k @k",
        "BITFIELD @k { GET @type @bit | SET @type @bit @i | INCRBY @type @bit @i | OVERFLOW { WRAP | SAT | FAIL } }*",
        "BITFIELD_RO @k [ GET @type @bit ]*",
        "DEL { @k }*", "UNLINK { @k }*", "EXISTS { @k }*", "TOUCH { @k }*", "TYPE @k", "EXPIRE @k @in [ NX | XX ]*",
        "PEXPIRE @k @in [ NX | XX ]*",
        "EXPIREAT @k @at [ NX | XX | GT | LT ]*", "PEXPIREAT @k @atms [ NX | XX | GT | LT ]*", "TTL @k", "PTTL @k", "EXPIRETIME @k",
        "PEXPIRETIME @k", "PERSIST @k",
        "RENAME @k @k", "RENAMENX @k @k", "COPY @k @k [ REPLACE | DB 0 ]*", "KEYS @glob", "DBSIZE", "OBJECT FREQ @k", "DUMP @k",
        "RESTORE @k @ttl @dump [ REPLACE | ABSTTL | IDLETIME @i | FREQ @i ]*",
    ];

    public static readonly Dictionary<string, string[]> Pools = new()
    {
        ["k"] = Keys,
        ["v"] =
        [
            "", "0", "1", "-1", "10", "abc", "hello world", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "3.14",
            "1e3", " 1", "01", "-0", "+1",
            "1 ", "foobar", "ohmytext", "mynewtext", "inf", "nan", "-2147483648", "2147483648", "127", "128", "-129", "32768",
            "\u00ff\u00ff", "\0\0\0", "0x1p4", "12345678901",
        ],
        ["i"] = ["0", "1", "-1", "2", "3", "5", "7", "-3", "-8", "100", "-100", "abc", "", "9223372036854775807", "-9223372036854775808",
            "1.5", "8", "15", "255"],
        ["f"] = ["0.1", "-2.5", "1e2", "x", "3", "1.00000001", "inf", "-inf", "nan", "0x10", "1e-20", "1e17", "", " 1", "1 ", "5.0e3",
            "-0", "+1", ".5", "5.", "1e"],
        ["o"] = ["0", "1", "3", "200", "5000", "-1", "x", "536870912", "9223372036854775807"],
        ["bit"] = ["0", "1", "7", "8", "13", "100", "1000", "-1", "4294967296", "x", "#0", "#1", "#3", "#-1", "#", ""],
        ["01"] = ["0", "1", "0", "1", "2", "x"],
        ["type"] = ["u8", "i8", "u1", "i1", "u63", "i64", "i5", "u16", "u64", "i65", "i0", "x8", "u", "", "U8", "i08", "u7"],
        ["in"] = ["0", "-1", "1000000", "1000000", "2000000000", "x", "9223372036854775807", "-9223372036854775808", ""],
        ["at"] = ["32503680000", "32503680001", "99999999999", "1", "0", "-5", "x", "9223372036854775807"],
        ["atms"] = ["32503680000000", "32503680000499", "32503680000500", "99999999999999", "1", "0", "-5", "x", "9223372036854775808"],
        ["later"] = ["32503680000", "32503680001", "99999999999", "0", "-5", "x", "9223372036854775807"],
        ["laterms"] = ["32503680000000", "32503680000499", "32503680000500", "0", "-5", "x", "9223372036854775808"],
        ["ttl"] = ["0", "1000000000", "32503680000000", "-1", "x"],
        ["glob"] = ["*", "k*", "k?", "k[0-2]", "k[^0-2]", "{t}*", "\\k1", "*1", "**", "?", "", "[", "k[1", "k\n*"],
        ["dump"] = [.. new[] { "", "1", "-300", "70000", "abc", new string('x', 100), new string('y', 20_000) }.Select(Dump), "x", "",
            Dump("abc")[..^1] + "\0", "\0\u0001a\u000a\0\0\0\0\0\0\0\0\0"],
        ["junk"] = ["", "junk", "-1", "0", "SYNC", "IDX", "9223372036854775808"],
    };

    private static string Dump(string value) => System.Text.Encoding.Latin1.GetString(RdbString.Write(CommandHost.Bytes(value)));
}
