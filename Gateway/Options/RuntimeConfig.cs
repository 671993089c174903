using System.Collections.Concurrent;
using System.Text;
using OrleansKv.Engine.Commands;

namespace OrleansKv.Gateway.Options;

/// <summary>
/// The live settings: what CONFIG GET, SET and REWRITE work on. <see cref="Current"/> is swapped whole, so readers on any thread take
/// one reference and no lock; changes are serialised. Errors are Redis 7.0's, ready to send without the leading <c>-</c>.
/// </summary>
public sealed class RuntimeConfig
{
    private const string Immutable = "can't set immutable config";

    private readonly Lock _gate = new();
    private readonly List<ConfigParameter> _parameters;
    private readonly Dictionary<string, ConfigParameter> _byName;
    private readonly string? _configFile;
    private readonly List<Action<ServerOptions, ServerOptions>> _listeners = [];
    private readonly List<(string Name, Func<ServerOptions, string?> Check)> _checks = [];
    private readonly Dictionary<string, Func<object>> _shown = []; // filled before traffic
    private readonly ConcurrentDictionary<ConfigParameter, string> _tuning = new(); // those that were set
    private volatile SettingValues _values;
    private volatile ServerOptions _current;

    /// <param name="values">What parsing came to.</param>
    /// <param name="configFile">The file that CONFIG REWRITE writes; null for none.</param>
    /// <param name="isCluster">What CONFIG GET cluster-enabled says: the host decides, there is no setting.</param>
    public RuntimeConfig(SettingValues values, string? configFile, bool isCluster = false)
    {
        _values = values;
        _current = ServerOptions.From(values);
        _configFile = configFile is null ? null : Path.GetFullPath(configFile);
        _parameters = ConfigParameter.Of(values.Table, isCluster);
        _byName = _parameters.ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);
    }

    public ServerOptions Current => _current;

    public SettingValues Values => _values;

    /// <summary>Whole path, for INFO's <c>config_file</c>; null for none.</summary>
    public string? ConfigFile => _configFile;

    /// <summary>
    /// Calls <paramref name="changed"/>(old, new) after each CONFIG SET that changed something, on the thread of that command, one at
    /// a time. It must be quick and must not throw.
    /// </summary>
    public void OnChange(Action<ServerOptions, ServerOptions> changed)
    {
        lock (_gate) _listeners.Add(changed);
    }

    /// <summary>
    /// Asks <paramref name="check"/> before each CONFIG SET takes effect: why it cannot, as far as the setting <paramref name="name"/>
    /// goes, or null. As <see cref="OnChange"/>, quick.
    /// </summary>
    public void AddCheck(string name, Func<ServerOptions, string?> check)
    {
        lock (_gate) _checks.Add((name, check));
    }

    /// <summary>From now on CONFIG GET shows what the host has, not what was asked for at the start; called before traffic.</summary>
    public void Show(string name, Func<object> read) => _shown[name] = read;

    /// <summary>
    /// CONFIG GET: names and values that match a pattern (any case). A name without wildcards comes back as it was asked.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Get(params IReadOnlyList<string> patterns)
    {
        SettingValues values = _values;
        var found = new List<KeyValuePair<string, string>>();
        var seen = new HashSet<ConfigParameter>();
        foreach (string pattern in patterns)
        {
            if (pattern.AsSpan().IndexOfAny("*?[") < 0)
            {
                if (_byName.TryGetValue(pattern, out ConfigParameter? one) && seen.Add(one)) found.Add(new(pattern, Read(one, values)));
                continue;
            }

            byte[] glob = Encoding.Latin1.GetBytes(pattern);
            foreach (ConfigParameter parameter in _parameters)
            {
                if (Glob.IsMatch(glob, Encoding.Latin1.GetBytes(parameter.Name), ignoreCase: true) && seen.Add(parameter))
                    found.Add(new(parameter.Name, Read(parameter, values)));
            }
        }

        return found;
    }

    /// <summary>CONFIG SET with the words after SET (name, value, name, value, ...): all or nothing. Null, or the error.</summary>
    public string? Set(params IReadOnlyList<string> words)
    {
        if (words.Count == 0 || words.Count == 1) return "ERR wrong number of arguments for 'config|set' command";
        if (words.Count % 2 != 0) return "ERR syntax error";
        lock (_gate)
        {
            if (Resolve(words, out List<ConfigParameter> parameters) is { } unfit) return unfit;
            SettingValues next = _values;
            var tuning = new List<(ConfigParameter Parameter, string Value)>();
            for (int i = 0; i < parameters.Count; i++)
            {
                string name = words[i * 2];
                if (parameters[i].IsTuning)
                {
                    if (parameters[i].ParseTuning(words[(i * 2) + 1], out string kept) is { } problem) return Failed(name, problem);
                    tuning.Add((parameters[i], kept));
                    continue;
                }

                if (parameters[i].Type is null)
                {
                    if (parameters[i].IsAlready(words[(i * 2) + 1])) continue;
                    return Failed(name, $"it is always '{parameters[i].Constant}' on this server");
                }

                if (parameters[i].Type!.ParseConfig(words[(i * 2) + 1], next[parameters[i].Index], out object value) is { } reason)
                    return Failed(name, reason);
                if (parameters[i].Change == SettingChange.Immutable)
                {
                    if (parameters[i].Type!.FormatConfig(value) != Read(parameters[i], next)) return Failed(name, Immutable);
                    continue;
                }

                if (!value.Equals(next[parameters[i].Index]))
                    next = next.With(parameters[i].Index, value, OptionSource.ConfigSet(parameters[i].Name));
            }

            if (ReferenceEquals(next, _values)) return Keep(tuning);
            if (SettingRules.Check(next) is { } combination) return Failed(words[0], combination);
            ServerOptions old = _current, wanted = ServerOptions.From(next);
            foreach ((string name, Func<ServerOptions, string?> check) in _checks)
            {
                if (check(wanted) is { } impossible) return Failed(name, impossible);
            }

            _values = next;
            _current = wanted;
            foreach (Action<ServerOptions, ServerOptions> listener in _listeners) listener(old, _current);
            return Keep(tuning);
        }
    }

    /// <summary>What a command of its own has changed (REPLICAOF): shown, and written by CONFIG REWRITE.</summary>
    public void Note(string name, object value)
    {
        lock (_gate)
        {
            SettingValues next = _values.With(_values.Table.IndexOf(name), value, OptionSource.ConfigSet(name));
            _values = next;
            _current = ServerOptions.From(next);
        }
    }

    private string? Keep(List<(ConfigParameter Parameter, string Value)> tuning)
    {
        foreach ((ConfigParameter parameter, string value) in tuning) _tuning[parameter] = value;
        return null;
    }

    /// <summary>CONFIG REWRITE: null, or the error.</summary>
    public string? Rewrite()
    {
        lock (_gate)
        {
            if (_configFile is null) return "ERR The server is running without a config file";
            return JsonConfigWriter.Write(_configFile, _values) is { } reason ? $"ERR Rewriting config file: {reason}" : null;
        }
    }

    private string Read(ConfigParameter parameter, SettingValues values) =>
        parameter.Type is { } type && _shown.TryGetValue(parameter.Name, out Func<object>? read)
            ? type.FormatConfig(read())
            : _tuning.GetValueOrDefault(parameter) ?? parameter.Read(values);

    /// <summary>Looks all names up before any value is read, in Redis' order of complaints.</summary>
    private string? Resolve(IReadOnlyList<string> words, out List<ConfigParameter> parameters)
    {
        parameters = [];
        for (int i = 0; i < words.Count; i += 2)
        {
            string name = words[i];
            if (!_byName.TryGetValue(name, out ConfigParameter? parameter))
                return $"ERR Unknown option or number of arguments for CONFIG SET - '{name}'";
            if (parameter.Change == SettingChange.Immutable && !parameter.IsSettableInRedis) return Failed(name, Immutable);
            if (parameter.Change == SettingChange.Protected) return Failed(name, "can't set protected config");
            bool isThere = parameters.Any(p => parameter.Index < 0 ? p == parameter : p.Index == parameter.Index);
            if (isThere) return Failed(name, "duplicate parameter");
            parameters.Add(parameter);
        }

        return null;
    }

    private static string Failed(string name, string reason) => $"ERR CONFIG SET failed (possibly related to argument '{name}') - {reason}";
}
