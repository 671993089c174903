using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Docs;

/// <summary>The arguments of COMMAND DOCS as one line (https://redis.io/docs/latest/develop/reference/command-arguments/).</summary>
internal static class ArgumentSyntax
{
    public static string Of(RespValue? arguments) => arguments is null ? "" : string.Join(' ', arguments.Items.Select(One));

    private static string One(RespValue argument)
    {
        string type = argument.Field("type")?.Text ?? "";
        string token = argument.Field("token")?.Text ?? "";
        string[] flags = [.. argument.Field("flags")?.Items.Select(f => f.Text) ?? []];
        bool optional = flags.Contains("optional");
        IEnumerable<string> inner = argument.Field("arguments")?.Items.Select(One) ?? [];
        string text = type switch
        {
            "pure-token" => "",
            "oneof" => optional && token.Length == 0 ? string.Join(" | ", inner) : "<" + string.Join(" | ", inner) + ">",
            "block" => string.Join(' ', inner),
            _ => (argument.Field("display_text") ?? argument.Field("value_spec") ?? argument.Field("name"))?.Text ?? type,
        };
        if (flags.Contains("multiple_token")) text = $"{Joined(token, text)} [{Joined(token, text)} ...]";
        else if (flags.Contains("multiple")) text = Joined(token, $"{text} [{text} ...]");
        else text = Joined(token, text);
        return optional ? $"[{text}]" : text;
    }

    private static string Joined(string token, string text) => token.Length == 0 ? text : text.Length == 0 ? token : token + " " + text;
}
