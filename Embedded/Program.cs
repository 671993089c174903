using OrleansKv.Embedded;
using OrleansKv.Gateway.Commands;
using OrleansKv.Gateway.Options;
using OrleansKv.Hosting;
using OrleansKv.Hosting.Options;

SettingTable table = ServerSettings.Table(Environment.ProcessorCount);
OptionResult parsed = OptionParser.Parse(OptionInputs.OfProcess(args), table);
switch (parsed.Action)
{
    case OptionAction.ShowHelp:
        Console.Out.Write(HelpText.Build(table, "orleanskv", "A durable, Redis-compatible key-value store in one process."));
        return 0;
    case OptionAction.ShowVersion:
        Console.Out.WriteLine(
            $"orleanskv {ServerVersion.Own} (speaks the protocol of Redis {ServerVersion.Redis}), .NET {Environment.Version}");
        return 0;
    case OptionAction.Refuse:
        Console.Error.WriteLine($"orleanskv: {parsed.Error}");
        return 2;
}

try
{
    EmbeddedServer server = EmbeddedServer.Start(new RuntimeConfig(parsed.Values!, parsed.ConfigFile));
    using (server) server.WaitForStop();
    return server.ExitCode;
}
catch (StartException refused)
{
    Console.Error.WriteLine($"orleanskv: {refused.Message}");
    return 1;
}
