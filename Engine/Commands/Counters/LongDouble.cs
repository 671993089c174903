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

    /// <summary>Largest power of ten of a long double.</summary>
    private const int MaxPower = 4932;

    private readonly BigInteger _mantissa;
    private readonly int _exponent; // value = mantissa * 2^exponent
    private readonly int _infinity; // -1, 0, 1

    private LongDouble(BigInteger mantissa, int exponent, int infinity = 0)
    {
        _mantissa = mantissa;
        _exponent = exponent;
        _infinity = infinity;
    }

    /// <summary>Reads a decimal number (strtold without blanks and hexadecimal); false for anything else, NaN and what is out of range.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out LongDouble number)
    {
        number = default;
        if (bytes.IsEmpty || bytes.Length >= MaxBytes) return false;
        string text = Encoding.Latin1.GetString(bytes);
        int sign = text[0] == '-' ? -1 : 1;
        string rest = text[0] is '-' or '+' ? text[1..] : text;
        if (rest.Equals("inf", StringComparison.OrdinalIgnoreCase) || rest.Equals("infinity", StringComparison.OrdinalIgnoreCase))
        {
            number = new LongDouble(0, 0, sign);
            return true;
        }

        int at = 0, power = 0;
        var digits = new StringBuilder();
        while (at < rest.Length && char.IsAsciiDigit(rest[at])) digits.Append(rest[at++]);
        if (at < rest.Length && rest[at] == '.')
        {
            for (at++; at < rest.Length && char.IsAsciiDigit(rest[at]); power--) digits.Append(rest[at++]);
        }

        if (digits.Length == 0) return false;
        if (at < rest.Length && rest[at] is 'e' or 'E')
        {
            // .NET takes zero bytes behind a number for granted; Redis does not.
            if (rest.Contains('\0') || !int.TryParse(rest.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int exponent) || Math.Abs((long)exponent) > 2 * MaxPower) return false;
            power += exponent;
            at = rest.Length;
        }

        if (at != rest.Length) return false;
        BigInteger whole = BigInteger.Parse(digits.ToString(), CultureInfo.InvariantCulture) * sign;
        if (!whole.IsZero && power + digits.Length > MaxPower + 1) return false;
        number = power >= 0 ? Round(whole * BigInteger.Pow(10, power), 0, false) : Divide(whole, BigInteger.Pow(10, -power));
        return true;
    }

    /// <summary>The rounded sum; false when it is infinite or no number.</summary>
    public bool TryAdd(LongDouble other, out LongDouble sum)
    {
        sum = default;
        if (_infinity != 0 || other._infinity != 0) return false;
        int exponent = Math.Min(_exponent, other._exponent);
        BigInteger exact = (_mantissa << (_exponent - exponent)) + (other._mantissa << (other._exponent - exponent));
        sum = Round(exact, exponent, false);
        return true;
    }

    public override string ToString()
    {
        BigInteger scaled = BigInteger.Abs(_mantissa) * BigInteger.Pow(10, Decimals);
        scaled = _exponent >= 0 ? scaled << _exponent : ShiftRightToEven(scaled, -_exponent, false);
        string digits = scaled.ToString(CultureInfo.InvariantCulture).PadLeft(Decimals + 1, '0');
        string text = (digits[..^Decimals] + "." + digits[^Decimals..]).TrimEnd('0').TrimEnd('.');
        return _mantissa.Sign < 0 && text != "0" ? "-" + text : text;
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
