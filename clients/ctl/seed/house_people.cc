// Thirty-six people of a company that is not: who they are in which state is said in docs/developing.md.
#include "clients/ctl/seed/seeds.h"

namespace cortado::ctl {

const char kHousePeople[] =
    R"csv(id,display_name,title,department,location,time_zone,languages,manager_id,years_experience,people_manager,skills_held,skills_wanted,interests,journey,destination,destination_kind,destination_motives,destination_audience,offer,offer_places,offer_topics,offer_booking
imke,Imke Sandvoss,Managing director,Office,Hamburg,Europe/Berlin,de;en,,26,yes,Negotiation:5;Public speaking:4,,rowing,,,,,,mentor,1,founding,ask_first
tilo,Tilo Brandhagen,Head of engineering,Engineering,Hamburg,Europe/Berlin,de;en,imke,18,yes,Coaching:4;Go:4,Negotiation:4:3,cycling,,,,,,mentor;mentee,2,leading engineers,ask_first
mirela,Mirela Dascalon,Head of product,Product,Hamburg,Europe/Berlin,de;en;ro,imke,15,yes,Roadmapping:5;User research:4,Statistics:3:2,jazz,,,,,,mentor,2,products,ask_first
odd,Odd Fjellvikas,Head of people,People,Oslo,Europe/Oslo,no;en,imke,16,yes,Recruiting:5;Coaching:5,,skiing,,,,,,mentor,3,careers,ask_first
petra,Petra Lindquast,Head of sales,Sales,Hamburg,Europe/Berlin,de;en,imke,20,yes,Negotiation:5;Recruiting:3,,sailing,,,,,,mentor,2,selling,ask_first
joon,Joon Halvares,Senior engineer,Engineering,Hamburg,Europe/Berlin,de;en,tilo,17,no,Coaching:5;Go:5;PostgreSQL:4,,running,Engineer|Engineering|2010|2016|inside|start|confirmed;Engineering manager|Engineering|2016|2021|inside|up|confirmed;Senior engineer|Engineering|2021||inside|back_to_craft|confirmed,,,,,mentor,3,leading and coming back,ask_first
lotte,Lotte Ammerdink,Engineer,Engineering,Hamburg,Europe/Berlin,de;en;nl,tilo,6,no,Go:3;PostgreSQL:3,Coaching:4:5;Public speaking:3:3,running;baking,,,,,,mentee;coffee,,,ask_first
ruben,Ruben Castelvi,Engineer,Engineering,Hamburg,Europe/Berlin,es;en,tilo,9,no,Kubernetes:5;Go:4,,climbing,,,,,,mentor,2,clusters,ask_first
nele,Nele Oosterhoff,Engineer,Engineering,Hamburg,Europe/Berlin,de;en,tilo,3,no,Go:2;Kubernetes:2,Coaching:3:3,,,,,,,,,,
gesa,Gesa Wittkopen,Senior engineer,Engineering,Hamburg,Europe/Berlin,de;en,tilo,14,no,Kubernetes:5;PostgreSQL:5,,gardening,,,,,,mentor,2,databases,closed
marit,Marit Solbakke,Staff engineer,Engineering,Oslo,Europe/Oslo,no;en,tilo,19,no,Go:5;Kubernetes:4;Public speaking:4,,skiing;baking,,,,,,mentor,4,anything,open_door
enno,Enno Brackwedde,Engineer,Engineering,Hamburg,Europe/Berlin,de;en,tilo,5,no,Python:3,Go:4:4;Kubernetes:3:3,baking,,,,,,mentee,,,ask_first
quirin,Quirin Altmoser,Engineer,Engineering,Hamburg,Europe/Berlin,de;en,tilo,1,no,,,,,,,,,mentee,,,ask_first
suna,Suna Erdogmus,Engineer,Engineering,Hamburg,Europe/Berlin,tr;en,tilo,8,no,PostgreSQL:3;Go:3,PostgreSQL:3:5,chess,,,,,,mentee,,,ask_first
lev,Lev Dobrenko,Engineer,Engineering,Hamburg,Europe/Berlin,uk,tilo,10,no,Kubernetes:5;Coaching:4,Go:5:3,chess,,,,,,mentor;mentee,2,clusters,ask_first
selma,Selma Norlinder,Data scientist,Product,Hamburg,Europe/Berlin,sv;en,mirela,12,no,Statistics:5;Python:5;SQL:4,,jazz;running,,,,,,mentor,2,numbers,ask_first
farid,Farid Benazouz,Analyst,Sales,Hamburg,Europe/Berlin,fr;en,petra,5,no,SQL:4;Excel:5,Statistics:4:5;Python:3:4,running,,,sideways,mastery,everyone,mentee,,,ask_first
hanne,Hanne Kjeldborg,Analyst,Product,Hamburg,Europe/Berlin,da;en,mirela,4,no,SQL:3,Roadmapping:4:5,sailing,,Product manager,next_level,influence,people_i_ask,mentee,,,ask_first
oskar,Oskar Fennimor,Product manager,Product,Hamburg,Europe/Berlin,en;de,mirela,11,no,Roadmapping:5;User research:3,,sailing,,,,,,mentor,2,planning,ask_first
ines,Ines Valbuenar,Designer,Product,Hamburg,Europe/Berlin,es;en,mirela,13,no,Public speaking:5;Figma:5,,theatre,,,,,,mentor,2,talks,ask_first
bram,Bram Tervoort,Designer,Product,Hamburg,Europe/Berlin,nl;en,mirela,5,no,Figma:3,Public speaking:4:5,theatre,,,,,,mentee,,,ask_first
tamsin,Tamsin Pellworth,Designer,Product,London,Europe/London,en,mirela,15,no,Figma:5;User research:4,,gardening,Designer|Product|2012|2017|inside|start|confirmed;Design lead|Product|2017|2022|inside|up|confirmed;Designer|Product|2022||inside|back_to_craft|,,back_to_craft,mastery;balance,only_me,mentor;coffee,1,less is more,ask_first
zofia,Zofia Krawczynek,User researcher,Product,Hamburg,Europe/Berlin,pl;en,mirela,7,no,User research:4;Statistics:2,Statistics:4:4,chess,,A sabbatical,not_sure_yet,balance,only_me,mentee,,,ask_first
kaya,Kaya Stormeland,Controller,Office,Oslo,Europe/Oslo,no;en,imke,16,no,Accounting:5;Excel:5,,skiing,,,,,,mentor,1,budgets,ask_first
juno,Juno Ravensteyn,Office manager,Office,Hamburg,Europe/Berlin,nl;en,imke,4,no,Excel:3,Accounting:4:5,baking,,,,,,mentee,,,ask_first
silvan,Silvan Oberthur,Accountant,Office,Hamburg,Europe/Berlin,de;en,imke,6,no,Accounting:3;Excel:4,Accounting:5:4;Negotiation:3:2,rowing,,,,,,mentee,,,ask_first
viggo,Viggo Tranholt,Senior account manager,Sales,Hamburg,Europe/Berlin,da;en,petra,14,no,Negotiation:4;Public speaking:3,,sailing,,,,,,mentor,2,schools,ask_first
dora,Dora Szentkuti,Account manager,Sales,Hamburg,Europe/Berlin,hu;en,petra,3,no,Excel:3,Negotiation:4:5,jazz,,,,,,mentee,,,ask_first
piet,Piet Wagenhuis,Account manager,Sales,Hamburg,Europe/Berlin,nl;en,petra,8,no,Negotiation:4,Public speaking:3:3,cycling,,,,,,mentor;mentee,2,hard talks,ask_first
ylva,Ylva Bergstraal,Account manager,Sales,Hamburg,Europe/Berlin,sv;en,petra,7,no,Public speaking:4,Negotiation:4:4,cycling,,,,,,mentor;mentee,2,slides,ask_first
conor,Conor Mulrennan,Sales engineer,Sales,Dublin,Europe/Dublin,en,petra,9,no,Public speaking:4;Kubernetes:3,Coaching:3:3,rugby,,Team lead,next_level,influence,everyone,mentor;mentee,1,demos,ask_first
amara,Amara Diopelle,Recruiter,People,Paris,Europe/Paris,fr;en,odd,6,no,Recruiting:4,Coaching:5:5,theatre,,,deepen_here,purpose,everyone,mentee;coffee,,,ask_first
kenji,Kenji Morisada,Recruiter,People,Tokyo,Asia/Tokyo,ja;en,odd,5,no,Recruiting:3,Negotiation:3:3,chess,,,,,,mentee,,,ask_first
rosa,Rosa Quintavel,Learning partner,People,Boston,America/New_York,es;en,odd,12,no,Coaching:5;Public speaking:4,,theatre,,,,,,mentor;reverse,3,learning,ask_first
mattis,Mattis Eikelund,Working student,People,Oslo,Europe/Oslo,no;en,odd,0,no,Excel:2,Recruiting:3:3,skiing,,,fewer_hours,balance,people_i_ask,mentee,,,ask_first
thea,Thea Valdersund,People analyst,People,Oslo,Europe/Oslo,no;en,odd,2,no,SQL:2;Excel:4,Statistics:3:3,,,,,,,,,,
)csv";

}  // namespace cortado::ctl
