global using Reprocessing.LocalHost.App;
global using Reprocessing.LocalHost.Hosting;
global using Reprocessing.LocalHost.Http;
global using Reprocessing.LocalHost.Rpc;
global using Reprocessing.LocalHost.Triggers;
global using Reprocessing.LocalHost.Worker;
