using OrleansKv.Gateway.Commands;
using OrleansKv.Gateway.Options;
using OrleansKv.Hosting;
using OrleansKv.Hosting.Options;
using OrleansKv.Silo.Hosting;
using OrleansKv.Silo.Options;

SettingTable table = SiloSettings.Table(Environment.ProcessorCount);
OptionResult parsed = OptionParser.Parse(OptionInputs.OfProcess(args), table);
switch (parsed.Action)
{
    case OptionAction.ShowHelp:
        Console.Out.Write(HelpText.Build(table, "orleanskv-silo", "A node of a durable, Redis-compatible key-value cluster on Orleans."));
        return 0;
    case OptionAction.ShowVersion:
        Console.Out.WriteLine(
            $"orleanskv-silo {ServerVersion.Own} (speaks the protocol of Redis {ServerVersion.Redis}), .NET {Environment.Version}");
        return 0;
    case OptionAction.Refuse:
        Console.Error.WriteLine($"orleanskv-silo: {parsed.Error}");
        return 2;
}

SiloOptions silo = SiloOptions.From(parsed.Values!);
var config = new RuntimeConfig(parsed.Values!, parsed.ConfigFile, isCluster: true);
if (silo.Check(config.Current) is { } problem)
{
    Console.Error.WriteLine($"orleanskv-silo: {problem}");
    return 2;
}

try
{
    SiloServer server = await SiloServer.Start(config, silo);
    await using (server) await server.WaitForStop();
    return server.ExitCode;
}
catch (StartException refused)
{
    Console.Error.WriteLine($"orleanskv-silo: {refused.Message}");
    return 1;
}
