using System.Globalization;
using System.Numerics;
using System.Text;

namespace OrleansKv.Engine.Commands.Counters;

/// <summary>
/// A number as Redis' INCRBYFLOAT keeps it: the x87's long double, a 64-bit mantissa times a power of two, added with one rounding and
/// printed as <c>%.17Lf</c> without trailing zeros. Exact integers make the same digits as Redis on every platform.
/// </summary>
internal readonly struct LongDouble
{
    private const int MantissaBits = 64;
    private const int Decimals = 17;

    /// <summary>Longest text taken, bytes: Redis' MAX_LONG_DOUBLE_CHARS.</summary>
    private const int MaxBytes = 5 * 1024;

    /// <summary>A finite long double is below 2 to this.</summary>
    private const int MaxExponent = 16384;

    /// <summary>Up to 2 to this a number rounds to zero, which Redis refuses to read (half of the smallest denormal, 2^-16445).</summary>
    private const int MinExponent = -16446;

    /// <summary>Exponents are cut here, far beyond what digits of <see cref="MaxBytes"/> could make up for.</summary>
    private const int ExponentCut = 100_000;

    private readonly BigInteger _mantissa;
    private readonly int _exponent; // value = mantissa * 2^exponent
    private readonly int _infinity; // -1, 0, 1

    private LongDouble(BigInteger mantissa, int exponent, int infinity = 0)
    {
        _mantissa = mantissa;
        _exponent = exponent;
        _infinity = infinity;
    }

    /// <summary>
    /// Reads what strtold does (decimal, <c>0x</c> hexadecimal, inf), without blanks; false for anything else, NaN and what is out of
    /// range.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out LongDouble number)
    {
        number = default;
        if (bytes.IsEmpty || bytes.Length >= MaxBytes) return false;
        bool isNegative = bytes[0] == (byte)'-';
        ReadOnlySpan<byte> rest = bytes[0] is (byte)'-' or (byte)'+' ? bytes[1..] : bytes;
        if (Ascii.EqualsIgnoreCase(rest, "inf"u8) || Ascii.EqualsIgnoreCase(rest, "infinity"u8))
        {
            number = new LongDouble(0, 0, isNegative ? -1 : 1);
            return true;
        }

        bool isHex = rest.Length > 2 && rest[0] == (byte)'0' && (rest[1] | 0x20) == 'x';
        if (isHex) rest = rest[2..];
        if (!TryDigits(ref rest, isHex, out BigInteger digits, out int power) || !TryPower(rest, isHex ? 'p' : 'e', ref power))
            return false;
        if (digits.IsZero) return true;
        if (isNegative) digits = -digits;
        double size = isHex ? power + digits.GetBitLength() : (power * Math.Log2(10)) + digits.GetBitLength();
        if (Math.Abs(size) > 2 * MaxExponent) return false; // far out of range: not computed
        number = isHex
            ? Round(digits, power, false)
            : power >= 0 ? Round(digits * BigInteger.Pow(10, power), 0, false)
            : Divide(digits, BigInteger.Pow(10, -power));
        // Half of the least number rounds to even: to zero.
        bool isZero = number.Size <= MinExponent || (number.Size == MinExponent + 1 && BigInteger.Abs(number._mantissa).IsPowerOfTwo);
        return !isZero && number.Size <= MaxExponent;
    }

    /// <summary>The rounded sum; false when it is infinite or no number.</summary>
    public bool TryAdd(LongDouble other, out LongDouble sum)
    {
        sum = default;
        if (_infinity != 0 || other._infinity != 0) return false;
        int exponent = Math.Min(_exponent, other._exponent);
        BigInteger exact = (_mantissa << (_exponent - exponent)) + (other._mantissa << (other._exponent - exponent));
        sum = Round(exact, exponent, false);
        return sum.Size <= MaxExponent;
    }

    public override string ToString()
    {
        BigInteger scaled = BigInteger.Abs(_mantissa) * BigInteger.Pow(10, Decimals);
        scaled = _exponent >= 0 ? scaled << _exponent : ShiftRightToEven(scaled, -_exponent, false);
        string digits = scaled.ToString(CultureInfo.InvariantCulture).PadLeft(Decimals + 1, '0');
        string text = (digits[..^Decimals] + "." + digits[^Decimals..]).TrimEnd('0').TrimEnd('.');
        return _mantissa.Sign < 0 && text != "0" ? "-" + text : text;
    }

    // The number is below 2 to this, and at least half of it.
    private long Size => _mantissa.IsZero ? 0 : BigInteger.Abs(_mantissa).GetBitLength() + _exponent;

    // digits [. digits], at least one of them; power counts what stands behind the point (in bits for hexadecimal digits).
    private static bool TryDigits(ref ReadOnlySpan<byte> text, bool isHex, out BigInteger digits, out int power)
    {
        var kept = new StringBuilder("0"); // a leading zero: hexadecimal digits are read as signed
        int at = 0;
        power = 0;
        bool hasPoint = false;
        for (; at < text.Length; at++)
        {
            if (text[at] == (byte)'.' && !hasPoint)
            {
                hasPoint = true;
                continue;
            }

            if (isHex ? !char.IsAsciiHexDigit((char)text[at]) : !char.IsAsciiDigit((char)text[at])) break;
            kept.Append((char)text[at]);
            if (hasPoint) power -= isHex ? 4 : 1;
        }

        text = text[at..];
        digits = BigInteger.Parse(
            kept.ToString(), isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture);
        return kept.Length > 1;
    }

    // Nothing, or letter [sign] digits to the end.
    private static bool TryPower(ReadOnlySpan<byte> text, char letter, ref int power)
    {
        if (text.IsEmpty) return true;
        if ((text[0] | 0x20) != letter) return false;
        bool isNegative = text.Length > 1 && text[1] == (byte)'-';
        text = text[(text.Length > 1 && text[1] is (byte)'-' or (byte)'+' ? 2 : 1)..];
        if (text.IsEmpty) return false;
        int exponent = 0;
        foreach (byte b in text)
        {
            if (!char.IsAsciiDigit((char)b)) return false;
            exponent = Math.Min(ExponentCut, (exponent * 10) + b - '0');
        }

        power += isNegative ? -exponent : exponent;
        return true;
    }

    // number / divisor to 64 bits and a sticky one.
    private static LongDouble Divide(BigInteger number, BigInteger divisor)
    {
        int shift = (int)Math.Max(0, divisor.GetBitLength() - BigInteger.Abs(number).GetBitLength() + MantissaBits + 2);
        BigInteger quotient = BigInteger.DivRem(BigInteger.Abs(number) << shift, divisor, out BigInteger remainder);
        LongDouble rounded = Round(quotient, -shift, !remainder.IsZero);
        return number.Sign < 0 ? new LongDouble(-rounded._mantissa, rounded._exponent) : rounded;
    }

    private static LongDouble Round(BigInteger mantissa, int exponent, bool sticky)
    {
        BigInteger size = BigInteger.Abs(mantissa);
        int excess = (int)size.GetBitLength() - MantissaBits;
        if (excess <= 0) return new LongDouble(mantissa, exponent);
        BigInteger kept = ShiftRightToEven(size, excess, sticky);
        return new LongDouble(mantissa.Sign < 0 ? -kept : kept, exponent + excess);
    }

    // Half goes to the even neighbour, unless something non-zero follows.
    private static BigInteger ShiftRightToEven(BigInteger value, int bits, bool sticky)
    {
        BigInteger kept = value >> bits;
        BigInteger rest = value - (kept << bits);
        BigInteger half = BigInteger.One << (bits - 1);
        int side = rest.CompareTo(half);
        bool up = side > 0 || (side == 0 && (sticky || !kept.IsEven));
        return up ? kept + 1 : kept;
    }
}
