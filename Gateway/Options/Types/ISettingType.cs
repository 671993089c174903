namespace OrleansKv.Gateway.Options.Types;

/// <summary>
/// How one kind of value is read and written: as flag, variable and JSON on one side, and as CONFIG does with Redis' words on the
/// other. Implementations are immutable; any thread.
/// </summary>
public interface ISettingType
{
    /// <summary>Placeholder in the help text: <c>PORT</c>, <c>on|off</c>.</summary>
    string Placeholder { get; }

    /// <summary>What is allowed, to complete "it takes ...".</summary>
    string Allowed { get; }

    /// <summary>The same in a few words for the help text; empty when its sentence says it all.</summary>
    string Range { get; }

    bool TryParse(string text, out object value);

    /// <summary>The shortest text that <see cref="TryParse"/> reads back to the same value.</summary>
    string Format(object value);

    /// <summary>Reads what CONFIG SET was given; null, or the reason in Redis' words.</summary>
    string? ParseConfig(string text, out object value);

    /// <summary>The same for a type of which CONFIG SET may give a part: the rest stays as it is in <paramref name="current"/>.</summary>
    string? ParseConfig(string text, object current, out object value) => ParseConfig(text, out value);

    /// <summary>As CONFIG GET shows it.</summary>
    string FormatConfig(object value);
}
