using WazoPlugind.StandIn;

await using var server = await StandInServer.StartAsync(int.Parse(args[0]));
Console.WriteLine($"Listening on {server.Address}");
await server.WaitForStopAsync();
