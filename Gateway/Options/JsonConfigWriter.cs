using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansKv.Gateway.Options.Types;

namespace OrleansKv.Gateway.Options;

/// <summary>
/// Writes the live settings into the JSON file: keys that are there keep their place and get their present value, others are added
/// when they differ from the default. Comments are lost (JSON has none to keep). New file, flush, rename: a crash leaves the old or
/// the new one. Beside the file, so that the rename stays on one disk; a symbolic link is followed and stays; the mode is kept, a new
/// file is its owner's alone for it may hold the password.
/// </summary>
internal static class JsonConfigWriter
{
    /// <summary>How such a file is read: comments and a comma too many are allowed.</summary>
    internal static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Null, or the reason in one line. The caller serialises.</summary>
    public static string? Write(string file, SettingValues values)
    {
        string? temporary = null;
        try
        {
            string target = File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file;
            JsonObject root = File.Exists(target) ? JsonNode.Parse(File.ReadAllText(target), null, Lenient) as JsonObject ?? [] : [];
            Merge(root, values);

            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = File.Exists(target)
                    ? File.GetUnixFileMode(target)
                    : UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            temporary = target + ".new";
            File.Delete(temporary);
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(Encoding.UTF8.GetBytes(root.ToJsonString(Indented) + "\n"));
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            if (temporary is not null) TryDelete(temporary);
            return e.Message.ReplaceLineEndings(" ");
        }
    }

    private static void Merge(JsonObject root, SettingValues values)
    {
        for (int i = 0; i < values.Table.All.Count; i++)
        {
            Setting setting = values.Table.All[i];
            string text = setting.Type.Format(values[i]);
            if (!root.ContainsKey(setting.Name) && text == setting.Type.Format(setting.DefaultValue)) continue;
            root[setting.Name] = setting.Type switch
            {
                IntegerType => JsonValue.Create((long)values[i]),
                FractionType => JsonValue.Create((double)values[i]),
                _ => JsonValue.Create(text),
            };
        }
    }

    private static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to report.
        }
    }
}
